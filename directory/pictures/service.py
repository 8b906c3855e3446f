"""Keeping pictures: those that people bring, and checked copies of those that formats of others show."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import asdict, dataclass, fields
from datetime import timedelta
from typing import Any

from sqlalchemy import Select, delete, func, select, update
from sqlalchemy.orm import Session

from directory.pictures.encoding import Encoded, check, encode
from directory.pictures.models import KnownPicture, Picture
from federation.database import now
from federation.queue import wake_after_commit

MOST_OF_ONE_OWNER = 200
"""Pictures of one community that are kept here: a hub with a whole library has some hundred."""
MOST_KEPT = 20_000
"""Copies in all: beyond it no more are asked for."""
AT_A_TIME = 20
LEASE = timedelta(minutes=5)
"""So long a worker has for what it took."""
MOST_FAILURES = 12
FETCH = "directory.pictures.jobs.fetch"
"""The job that asks for them."""
UNUSED_FOR = timedelta(days=7)


@dataclass(frozen=True)
class Wanted:
    """A picture to ask for, and what its owner told of it."""

    digest: str
    url: str
    media_type: str
    width: int
    height: int


def keep_sent(session: Session, data: bytes) -> Encoded:
    """Keep a picture that somebody brings; InvalidInput when it is none that can be kept."""
    encoded = encode(data)
    if session.get(Picture, encoded.digest) is None:
        session.add(Picture(**vars(encoded)))
        session.flush()
    return encoded


def find(session: Session, digest: str) -> Picture | None:
    """A picture that is kept here."""
    return session.get(Picture, digest)


def kept_among(session: Session, digests: Iterable[str]) -> set[str]:
    """Those of these pictures that are here."""
    return set(session.scalars(select(Picture.digest).where(Picture.digest.in_(list(digests)))))


def is_public(session: Session, digest: str) -> bool:
    """Whether a format of the network shows it."""
    return (
        session.scalar(select(KnownPicture.digest).where(KnownPicture.digest == digest).limit(1)) is not None
    )


def project(session: Session, uri: str, owner_uri: str, pictures: list[dict[str, Any]]) -> None:
    """A format shows these pictures now: ask for those that are not here, forget those it had before."""
    forget(session, uri, keep={each["digest"] for each in pictures})
    shown = session.scalars(select(KnownPicture).where(KnownPicture.template_uri == uri))
    known = {each.digest: each for each in shown}
    kept = kept_among(session, {each["digest"] for each in pictures})
    room = MOST_OF_ONE_OWNER - _count_of(session, owner_uri)
    for each in pictures:
        row = known.get(each["digest"])
        if row is None and room > 0:
            row = known[each["digest"]] = KnownPicture(template_uri=uri, owner_uri=owner_uri, **each)
            session.add(row)
            room -= 1
        elif row is None or row.url == each["url"]:
            continue
        row.url, row.failures = each["url"], 0
        row.due_at = None if row.digest in kept else now()
        if row.due_at is not None:
            wake_after_commit(session, FETCH)
    session.flush()


def forget(session: Session, uri: str, *, keep: Collection[str] = ()) -> None:
    """A format does not show its pictures any more, or only these."""
    gone = delete(KnownPicture).where(KnownPicture.template_uri == uri)
    session.execute(gone.where(KnownPicture.digest.not_in(keep)) if keep else gone)


def has_due(session: Session) -> bool:
    """Whether there is one to ask for."""
    return session.scalar(_due().limit(1)) is not None


def take_due(session: Session) -> list[Wanted]:
    """The next pictures to ask for; whoever takes them has a few minutes."""
    if (session.scalar(select(func.count()).select_from(Picture)) or 0) >= MOST_KEPT:
        return []
    found = session.scalars(_due().limit(AT_A_TIME).with_for_update(skip_locked=True)).all()
    for each in found:
        each.due_at = now() + LEASE
    session.flush()
    names = [each.name for each in fields(Wanted)]
    return [Wanted(**{name: getattr(each, name) for name in names}) for each in found]


def keep_fetched(session: Session, wanted: Wanted, data: bytes) -> None:
    """Keep what another server answered; InvalidInput when it is not what its owner signed for."""
    if not is_public(session, wanted.digest):
        return  # no format shows it any more
    facts = {name: value for name, value in asdict(wanted).items() if name != "url"}
    check(data, **facts)
    if session.get(Picture, wanted.digest) is None:
        session.add(Picture(**facts, data=data))
        session.flush()
    session.execute(update(KnownPicture).where(KnownPicture.digest == wanted.digest).values(due_at=None))


def note_failure(session: Session, wanted: Wanted, *, for_good: bool) -> None:
    """It did not come: try again later, ever more seldom, or not at all.

    Who told something else of the same picture is tried by itself: one owner cannot stop another's.
    """
    same = [getattr(KnownPicture, name) == value for name, value in asdict(wanted).items()]
    for known in session.scalars(select(KnownPicture).where(*same)):
        known.failures += 1
        gives_up = for_good or known.failures >= MOST_FAILURES
        known.due_at = None if gives_up else now() + timedelta(minutes=5) * 2 ** min(known.failures, 9)
    session.flush()


def forget_unused(session: Session, used: Collection[str]) -> int:
    """Let go of the pictures that no format shows and none of ours (``used``) has; returns how many."""
    shown = select(KnownPicture.digest).where(KnownPicture.digest == Picture.digest).exists()
    idle = select(Picture.digest).where(~shown, Picture.kept_at < now() - UNUSED_FOR)
    gone = [digest for digest in session.scalars(idle) if digest not in used]
    for digest in gone:
        session.execute(delete(Picture).where(Picture.digest == digest))
    return len(gone)


def _due() -> Select[KnownPicture]:
    return select(KnownPicture).where(KnownPicture.due_at <= now()).order_by(KnownPicture.due_at)


def _count_of(session: Session, owner_uri: str) -> int:
    query = select(func.count()).select_from(KnownPicture).where(KnownPicture.owner_uri == owner_uri)
    return session.scalar(query) or 0
