"""Taking a proposal from the public form, and answering it once a coordinator has decided."""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import and_, delete, func, or_, select, update
from sqlalchemy.orm import Session

from federation.actors.identities import base_url, find_identity
from federation.database import now
from federation.settings import Settings
from node.communities.models import find_community
from node.entry_suggestions.models import EntrySuggestion
from node.listings.content import Content
from node.listings.models import Listing, ListingRevision
from node.listings.reviewing import propose_new, reject
from node.listings.service import NewListing
from node.mail.service import check_address, is_on, write
from schemas.errors import InvalidInput, NotFound, TooMany
from schemas.messages import N_

BY = "Iemand met het formulier in de gids"
SOURCE = "Zelf aangemeld in de gids"
MOST_WAITING, MOST_A_DAY = 100, 40
"""Proposals of strangers that wait, and that are taken in a day: a team can look at so many."""
UNANSWERED = timedelta(days=90)
"""So long an address is kept for an answer that does not come."""
REJECTED = timedelta(days=30)
"""So long a coordinator can look back at what was rejected; then nothing of it stays."""
_REJECTED = (
    "Uw aanmelding voor de gids",
    [
        "Iemand meldde met dit e-mailadres een initiatief aan voor onze gids. We hebben het niet opgenomen.",
        "Vindt u dat het er wel bij hoort? Neem dan contact met ons op.",
        "Was u het niet? Dan hoeft u niets te doen.",
    ],
)
"""No word of the sender: the address may be of somebody to whom a stranger wants to say something."""
FULL = N_("There are more proposals than we can look at now. Try again tomorrow, or call us.")


def check_open(session: Session) -> None:
    """Raise NotFound unless this node keeps entries for others."""
    if find_identity(session, "hub") is None:
        raise NotFound(cause="this node is not a hub")


def suggest(session: Session, settings: Settings, content: Content, *, email: str = "") -> Listing:
    """Keep a proposal for review; nobody sees it before it is approved.

    Raises InvalidInput for an address that no mail can go to, TooMany when there is no more room.
    """
    check_open(session)
    if email and is_on(settings):
        _check_email(settings, email)
    _check_room(session)
    listing = propose_new(session, NewListing(content, SOURCE), by=BY)
    session.add(EntrySuggestion(listing_id=listing.id, email=email if is_on(settings) else ""))
    session.flush()
    return listing


def answer_decided(session: Session, settings: Settings) -> int:
    """Answer what was decided, and forget the addresses; returns how many proposals changed."""
    query = select(EntrySuggestion, Listing).join(Listing, Listing.id == EntrySuggestion.listing_id)
    decided = query.where(EntrySuggestion.answered_at.is_(None), Listing.state != "review")
    changed = 0
    for suggestion, listing in session.execute(decided.order_by(Listing.id).limit(50)).all():
        if suggestion.email and is_on(settings):
            _mail(session, settings, listing, suggestion.email)
        suggestion.settle()
        changed += 1
    session.flush()
    return changed


def reject_unanswered(
    session: Session, listing: Listing, revision: ListingRevision, *, by: str, decision: str = ""
) -> None:
    """Reject a proposal and tell nobody; the address, which may be of a third party, is gone at once.

    Raises NotFound for what did not come from the form, Conflict for what was decided on before.
    """
    suggestion = session.get(EntrySuggestion, listing.id)
    if suggestion is None:
        raise NotFound(cause=f"listing {listing.id} did not come from the form")
    reject(session, listing, revision, by=by, decision=decision)
    suggestion.settle()
    session.flush()


def forget_old(session: Session) -> int:
    """Forget addresses of what is not answered, and all of what was rejected; returns how many."""
    late = and_(EntrySuggestion.email != "", EntrySuggestion.asked_at < now() - UNANSWERED)
    waiting = session.scalar(select(func.count()).select_from(EntrySuggestion).where(late)) or 0
    session.execute(update(EntrySuggestion).where(late).values(email=""))
    rejected = select(EntrySuggestion.listing_id).where(EntrySuggestion.answered_at < now() - REJECTED)
    never = and_(Listing.id.in_(rejected), Listing.state == "withdrawn", Listing.revision == 0)
    gone = list(session.scalars(select(Listing.id).where(never)))
    session.execute(delete(Listing).where(Listing.id.in_(gone)))
    taken = select(Listing.id).where(or_(Listing.state != "withdrawn", Listing.revision > 0))
    old = (EntrySuggestion.answered_at < now() - REJECTED, EntrySuggestion.listing_id.in_(taken))
    session.execute(delete(EntrySuggestion).where(*old))
    return waiting + len(gone)


def list_waiting(session: Session) -> list[tuple[EntrySuggestion, Listing]]:
    """The proposals from the form that nobody decided on, the oldest first."""
    query = select(EntrySuggestion, Listing).join(Listing, Listing.id == EntrySuggestion.listing_id)
    rows = session.execute(query.where(Listing.state == "review").order_by(Listing.id).limit(MOST_WAITING))
    return [(suggestion, listing) for suggestion, listing in rows]


def awaits_answer(session: Session, listing: Listing) -> bool:
    """Whether somebody left an address for the answer about this listing."""
    suggestion = session.get(EntrySuggestion, listing.id)
    return suggestion is not None and bool(suggestion.email)


def _check_email(settings: Settings, email: str) -> None:
    try:
        check_address(settings, email)
    except InvalidInput as error:
        raise InvalidInput(fields={"email": [error.detail]}) from None


def _check_room(session: Session) -> None:
    asked = select(func.count()).select_from(EntrySuggestion)
    today = session.scalar(asked.where(EntrySuggestion.asked_at > now() - timedelta(days=1))) or 0
    waiting = asked.join(Listing, Listing.id == EntrySuggestion.listing_id).where(Listing.state == "review")
    if today >= MOST_A_DAY or (session.scalar(waiting) or 0) >= MOST_WAITING:
        raise TooMany(FULL, cause="entry suggestions")


def _mail(session: Session, settings: Settings, listing: Listing, address: str) -> None:
    """In Dutch, for nobody knows who reads it; the row of the mail goes once it is sent."""
    community = find_community(session)
    subject, told = _approved(session, listing) if listing.is_public else _REJECTED
    lines = [
        "Dag,",
        "",
        *told,
        *(["", f"Bellen kan ook: {community.telephone}"] if community and community.telephone else []),
        "",
        "Uw e-mailadres hebben wij hierna gewist.",
        "",
        "Hartelijke groet,",
        community.name if community else "de gids",
    ]
    write(session, settings, address, subject, "\n".join(lines) + "\n", forget=True)


def _approved(session: Session, listing: Listing) -> tuple[str, list[str]]:
    """The subject and the text about what a coordinator let stand in the guide."""
    name = " ".join(listing.name.split())
    return f"Uw aanmelding: {name}"[:150], [
        f"U meldde {name} aan voor onze gids. Dank u wel.",
        f"Het staat er nu in: {base_url(session)}/gids/{listing.key}",
        "Klopt er iets niet? Laat het ons weten.",
    ]
