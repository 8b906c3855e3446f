"""Comparing at leisure: the keys in the lists of our hubs with what their members' own documents say.

A list is believed before its members were ever asked, so that a new node need not fetch 2,000
documents. A few are fetched each hour afterwards, and all in about a week.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from federation.actors.actor_documents import ed25519_keys_in
from federation.actors.identities import Identity
from federation.actors.learning import learn_actor
from federation.actors.remote_actors import RemoteActor
from federation.database import Database, now
from federation.relations.agreements import KeyAgreement, agreement_of, judge
from federation.relations.members import Member, lists_of
from federation.settings import Settings
from schemas.errors import RemoteError

log = structlog.get_logger(__name__)

WEEK = timedelta(days=7)
HOURS = 150
"""In which all members have had their turn: a week, less some hours that a node may be off."""
MOST_AT_A_TIME = 5
"""Documents fetched each minute at most; a hub with many members is spread over its hours."""
SOON = timedelta(hours=1)
"""A member whose list and document disagree is asked again after this, not in a week."""


@dataclass(frozen=True)
class Difference:
    """A list and its member's document that name different keys, for people to look at."""

    hub_uri: str
    actor_uri: str
    listed: tuple[str, ...]
    at_origin: tuple[str, ...]
    at_fault: str
    """'hub' or 'member', see `agreements.judge`."""
    since: datetime | None


@dataclass(frozen=True)
class Progress:
    """How far the comparison of keys is."""

    members: int
    compared: int


def progress(session: Session) -> Progress:
    """How many members the lists of our hubs have besides ourselves, and how many were asked."""
    counted = func.count(func.distinct(Member.actor_uri))
    others = select(counted).where(Member.actor_uri.not_in(select(Identity.actor_uri)))
    asked = others.join(KeyAgreement, _same_line()).where(KeyAgreement.asked_at.is_not(None))
    return Progress(session.scalar(others) or 0, session.scalar(asked) or 0)


def due_members(session: Session) -> list[str]:
    """Who is to be asked now: where keys differ first, then who was never asked, then the longest ago."""
    hour_ago = now() - timedelta(hours=1)
    asked = func.count(func.distinct(KeyAgreement.actor_uri))
    lately = session.scalar(select(asked).where(KeyAgreement.asked_at > hour_ago)) or 0
    most = min(_per_hour(session) - lately, MOST_AT_A_TIME)
    if most <= 0:
        return []
    asked_at = func.max(KeyAgreement.asked_at)
    differs = func.coalesce(func.max(KeyAgreement.blamed), "") != ""
    query = (
        select(Member.actor_uri)
        .outerjoin(KeyAgreement, _same_line())
        .where(Member.actor_uri.not_in(select(Identity.actor_uri)))
        .group_by(Member.actor_uri)
        .having(asked_at.is_(None) | (asked_at < now() - WEEK) | (differs & (asked_at < now() - SOON)))
        .order_by(differs.desc(), asked_at.is_not(None), asked_at, Member.actor_uri)
    )
    return list(session.scalars(query.limit(most)))


def compare_some(database: Database, settings: Settings) -> int:
    """Ask those whose turn it is for their documents and compare; returns how many answered."""
    with database.session(write=False) as session:
        due = due_members(session)
    answered = 0
    for actor_uri in due:
        try:
            learn_actor(database, settings, actor_uri, refresh=True)
        except RemoteError as error:  # it keeps its turn of next week; what was agreed stays agreed
            log.info("members.not_compared", actor=actor_uri, reason=str(error)[:200])
            is_answered = False
        else:
            is_answered = True
        with database.session() as session:
            _compare(session, actor_uri, is_answered=is_answered)
            session.commit()
        answered += is_answered
    return answered


def differences(session: Session) -> list[Difference]:
    """The members whose keys in a list differ from those in their own document."""
    query = (
        select(KeyAgreement, Member, RemoteActor.document)
        .join(Member, _same_line())
        .join(RemoteActor, RemoteActor.uri == KeyAgreement.actor_uri)
        .where(KeyAgreement.blamed != "")
        .order_by(KeyAgreement.blamed_at, KeyAgreement.actor_uri)
    )
    return [
        Difference(
            hub_uri=row.hub_uri,
            actor_uri=row.actor_uri,
            listed=tuple(member.keys.values()),
            at_origin=tuple(ed25519_keys_in(document).values()),
            at_fault=row.blamed,
            since=row.blamed_at,
        )
        for row, member, document in session.execute(query)
    ]


def _compare(session: Session, actor_uri: str, *, is_answered: bool) -> None:
    rows, actor = lists_of(session, actor_uri), session.get(RemoteActor, actor_uri)
    at_origin = ed25519_keys_in(actor.document) if actor is not None else {}
    for member in rows:
        if is_answered and at_origin:
            judge(session, member, rows, at_origin.values())
        agreement_of(session, member.hub_uri, actor_uri).asked_at = now()
    session.flush()


def _per_hour(session: Session) -> int:
    members = session.scalar(select(func.count(func.distinct(Member.actor_uri)))) or 0
    return -(-members // HOURS)


def _same_line() -> ColumnElement[bool]:
    return (KeyAgreement.hub_uri == Member.hub_uri) & (KeyAgreement.actor_uri == Member.actor_uri)
