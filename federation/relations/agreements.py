"""Where the lists of hubs and the documents of their members agree on keys, and who is at fault where not.

A list names keys on the hub's word, a document on its own. Once both agreed, that is remembered, and
decides later: a hub that then names other keys alone does not silence a village that kept its keys, and
a village whose address was taken over does not speak with new keys that no hub knows (ADR 13).
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import TYPE_CHECKING

import structlog
from sqlalchemy import String, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from federation.database import Base, now
from federation.fetching.origins import authority_of
from federation.relations.peers import clear_alarm, note_alarm

if TYPE_CHECKING:
    from federation.relations.members import Member

log = structlog.get_logger(__name__)

ALARM = "key_mismatch"
HUB, MEMBER = "hub", "member"
"""Who is to be looked at, when a list and its member's document have no key in common."""


class KeyAgreement(Base):
    """What came of comparing one line of one hub's list with the member's own document."""

    __tablename__ = "key_agreement"

    hub_uri: Mapped[str] = mapped_column(String(2000), primary_key=True)
    actor_uri: Mapped[str] = mapped_column(String(2000), primary_key=True, index=True)
    agreed_keys: Mapped[list[str]] = mapped_column(default=list)
    """The keys (multibase) that both named when they last agreed."""
    agreed_at: Mapped[datetime | None]
    asked_at: Mapped[datetime | None]
    """When the member's document was last asked for in order to compare."""
    blamed: Mapped[str] = mapped_column(String(10), default="")
    """'hub' or 'member' while they name different keys, see `judge`."""
    blamed_at: Mapped[datetime | None]


def agreed_keys(session: Session, actor_uri: str) -> set[str]:
    """The keys of an actor that its own document and some hub's list once agreed on."""
    rows = session.scalars(select(KeyAgreement).where(KeyAgreement.actor_uri == actor_uri))
    return {key for row in rows for key in row.agreed_keys}


def agreement_of(session: Session, hub_uri: str, actor_uri: str) -> KeyAgreement:
    """The row of one line of one list, a new one when nothing was compared yet."""
    row = session.get(KeyAgreement, (hub_uri, actor_uri))
    if row is None:
        row = KeyAgreement(hub_uri=hub_uri, actor_uri=actor_uri, agreed_keys=[], blamed="")
        session.add(row)
    return row


def judge(
    session: Session, member: Member, rows: Collection[Member], at_origin: Collection[str]
) -> KeyAgreement:
    """Compare a line of a list with the keys at the member's origin, and remember what came of it.

    ``rows`` are the lines about this member in all lists. Where there is no key in common the hub is
    at fault when the document names a key that another hub lists or that was agreed on before;
    otherwise the member is, or whoever answers at its address now.
    """
    row, keys = agreement_of(session, member.hub_uri, member.actor_uri), set(at_origin)
    common = keys & set(member.keys.values())
    if common:
        row.agreed_keys, row.agreed_at = sorted(common), now()
        _blame(session, row, "")
        return row
    elsewhere = {key for other in rows if other.hub_uri != member.hub_uri for key in other.keys.values()}
    is_proven = keys & (elsewhere | agreed_keys(session, member.actor_uri))
    _blame(session, row, HUB if is_proven else MEMBER)
    log.error("members.key_mismatch", hub=member.hub_uri, actor=member.actor_uri, at_fault=row.blamed)
    return row


def _blame(session: Session, row: KeyAgreement, at_fault: str) -> None:
    if row.blamed != at_fault:
        row.blamed, row.blamed_at = at_fault, now() if at_fault else None
    session.flush()
    for who, uri in ((HUB, row.hub_uri), (MEMBER, row.actor_uri)):
        if at_fault == who:
            note_alarm(session, authority_of(uri), ALARM)
        elif not _is_blamed(session, who, uri):
            clear_alarm(session, authority_of(uri), ALARM)


def _is_blamed(session: Session, who: str, uri: str) -> bool:
    column = KeyAgreement.hub_uri if who == HUB else KeyAgreement.actor_uri
    query = select(KeyAgreement.actor_uri).where(column == uri, KeyAgreement.blamed == who)
    return session.scalar(query.limit(1)) is not None
