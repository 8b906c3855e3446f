"""How a hub lets a claim be proven: the file on the website, the mail, the letter.

A proof decides by itself where nothing makes a person look. It is good for one claim only.
"""

from __future__ import annotations

from datetime import timedelta

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from federation.database import now
from federation.queue import wake_after_commit
from federation.settings import Settings
from node.accounts.spoken_codes import new_code
from node.freshness.asking import address_of
from node.listing_claims import codes
from node.listing_claims.deciding import refuse, settle
from node.listing_claims.doubts import website_of
from node.listing_claims.holding import hold
from node.listing_claims.letters import send_mail
from node.listing_claims.messages import WAITS, tell
from node.listing_claims.models import ListingClaim
from node.listings.models import Listing
from node.mail.service import is_on
from schemas.errors import Conflict, InvalidInput, NotFound
from schemas.fields import is_storable
from schemas.messages import N_

JOB = "node.listing_claims.jobs.look_at_websites"
MOST_ATTEMPTS = 5
"""Wrong codes; after that a person decides."""
MOST_MAILS = 2
"""Mails about claims to one initiative in `QUIET`: whoever claims must not bother it."""
QUIET = timedelta(days=30)
MOST_CHECKS = 40
"""Looks at one website, those that the village asks for included."""
SAID = ("yes", "no")
MOST_LINES, LONGEST_ADDRESS = 6, 400
"""Of the address of a letter."""


def begin(session: Session, settings: Settings, claim: ListingClaim, listing: Listing) -> None:
    """Start the way that the village chose; where that is not possible a person decides."""
    if claim.way == "website" and website_of(listing):
        claim.check_due_at, claim.reason = now(), "website_asked"
        wake_after_commit(session, JOB)
    elif claim.way == "mail" and _mail(session, settings, claim, listing):
        claim.reason = "mail_sent"
    elif claim.way == "letter" and claim.attempts < MOST_ATTEMPTS:
        claim.reason = "letter_asked"
    else:
        claim.reason = {"website": "no_website", "mail": "no_mail", "letter": "attempts"}.get(
            claim.way, "person_asked"
        )
        claim.way = "person"


def make_letter(session: Session, settings: Settings, claim: ListingClaim, address: str | None = None) -> str:
    """A code to print and post; an earlier one works no longer. The village hears that it comes.

    ``address`` is where it goes; None is the one that was given before. Raises InvalidInput, Conflict.
    """
    address = None if address is None else checked_address(address)
    listing = hold(session, claim)
    claim.check_open()
    if claim.attempts >= MOST_ATTEMPTS:
        raise Conflict(N_("Too many wrong codes were tried. Decide on this claim yourself."))
    if address is not None:
        claim.postal_address = address
    code = new_code()
    claim.secret_hash, claim.way, claim.check_due_at = codes.hash_of(code), "letter", None
    if claim.state == "waiting":
        claim.reason = "letter_sent"
    session.flush()
    tell(session, settings, claim, listing.uri, WAITS)
    return code


def checked_address(address: str) -> str:
    """Where a letter goes, line by line. Raises InvalidInput for what fits in no window."""
    lines = [" ".join(line.split()) for line in address.splitlines() if line.strip()]
    told = "\n".join(lines)
    if len(lines) > MOST_LINES or len(told) > LONGEST_ADDRESS or not is_storable(told):
        raise InvalidInput(fields={"address": [N_("Use at most six short lines.")]})
    return told


def try_code(session: Session, settings: Settings, claim: ListingClaim, digest: str) -> None:
    """Take the code of a letter; a wrong one counts, and the fifth ends it."""
    listing = hold(session, claim)
    if not claim.is_open or claim.way != "letter" or claim.secret_hash is None:
        return  # decided meanwhile, or no letter was made: nothing to guess
    if codes.fits(claim.secret_hash, claim.uri, digest):
        proven(session, settings, claim, "letter")
        return
    claim.attempts += 1
    if claim.attempts >= MOST_ATTEMPTS:
        refuse(session, settings, claim, reason="attempts", by="")
        return
    claim.reason = "wrong_code"
    session.flush()
    tell(session, settings, claim, listing.uri, WAITS)


def find_mailed(session: Session, secret: str) -> tuple[ListingClaim, Listing]:
    """The claim that the link of a mail is about. Raises NotFound when it works no longer."""
    query = select(ListingClaim).where(ListingClaim.secret_hash == codes.hash_of(secret))
    claim = session.scalar(query.where(ListingClaim.way == "mail"))
    if claim is None or not claim.is_open or claim.until_at < now():
        raise NotFound(N_("This link does not work any more. Please call us."), cause="listing claim")
    return claim, session.get_one(Listing, claim.listing_id)


def answer_mail(session: Session, settings: Settings, secret: str, said: str) -> ListingClaim:
    """Whoever reads the listed address says 'yes, that is us' or 'no'. Raises InvalidInput, NotFound."""
    claim, _listing = find_mailed(session, secret)
    if said not in SAID:
        raise InvalidInput(N_("Choose one of the list."))
    hold(session, claim)
    if said == "yes":
        proven(session, settings, claim, "mail")
    else:
        refuse(session, settings, claim, reason="denied", by="")
    return claim


def look_again(session: Session, claim: ListingClaim) -> None:
    """The village says that its file is there now."""
    hold(session, claim)
    if claim.is_open and claim.checks < MOST_CHECKS:
        claim.check_due_at = now()
        if claim.state == "waiting":
            claim.reason = "website_asked"  # so that the village hears what came of this look
        wake_after_commit(session, JOB)


def found_file(session: Session, settings: Settings, claim: ListingClaim, *, is_there: bool) -> None:
    """What a look at the website showed; nothing there is no refusal, because it may still come."""
    listing = hold(session, claim)
    if not claim.is_open or claim.way != "website":
        return
    if is_there:
        proven(session, settings, claim, "website")
        return
    claim.check_due_at = now() + _pause(claim.checks) if claim.checks < MOST_CHECKS else None
    if claim.state == "waiting" and claim.reason != "file_missing":
        claim.reason = "file_missing"
        session.flush()
        tell(session, settings, claim, listing.uri, WAITS)


def proven(session: Session, settings: Settings, claim: ListingClaim, way: str) -> None:
    """Note a proof, and let it decide where no person has to look first.

    Raises Conflict when it was decided in the meantime.
    """
    listing = hold(session, claim)
    claim.check_open()
    claim.proven_by, claim.proven_at = way, now()
    claim.secret_hash, claim.check_due_at = None, None
    session.flush()
    if claim.state == "contested":
        claim.reason = "looked_at"
        tell(session, settings, claim, listing.uri, WAITS)
        return
    settle(session, settings, claim, by="")


def _mail(session: Session, settings: Settings, claim: ListingClaim, listing: Listing) -> bool:
    """Write to the listed address; False when that cannot be, or was done too often lately."""
    address = address_of(listing)
    since = (ListingClaim.way == "mail", ListingClaim.asked_at > now() - QUIET)
    query = select(func.count()).where(ListingClaim.listing_id == listing.id, ListingClaim.id != claim.id)
    if not is_on(settings) or not address or (session.scalar(query.where(*since)) or 0) >= MOST_MAILS:
        return False
    secret = codes.new_link_secret()
    try:
        send_mail(session, settings, claim, listing, address, secret)
    except InvalidInput:
        return False
    claim.secret_hash = codes.hash_of(secret)
    return True


def _pause(checks: int) -> timedelta:
    """Often at first, because somebody is waiting; then four times a day."""
    return timedelta(minutes=1) if checks < 10 else timedelta(hours=6)
