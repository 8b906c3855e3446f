"""Reports from the network: a Flag about something of ours, or of a member of our hub."""

from __future__ import annotations

from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from directory.replica.records import Record
from federation.actors.identities import find_by_uri
from federation.actors.remote_actors import find_actor
from federation.fetching.origins import authority_of, is_web_address
from federation.receiving.inbox import Received, listener
from node.standing.models import OPEN, Report
from schemas.errors import InvalidInput, NotFound, TooMany
from schemas.fields import is_storable
from schemas.taxonomies import REPORT_REASONS

MOST_OPEN = 20
"""Open reports of one host; more are refused until these are handled."""
MOST_THINGS = 20
MOST_TEXT = 1000


@listener("Flag")
def report_received(received: Received) -> None:
    """Keep a report for the people who decide; the same one again is only counted."""
    session, uri = received.session, str(received.activity["id"])
    if session.scalar(select(Report.id).where(Report.activity_uri == uri)) is not None:
        return
    about = _things_in(received.activity.get("object"))
    owner = _owner_of(session, about)
    host = authority_of(received.actor_uri)
    same = _same(session, received.actor_uri, about)
    if same is not None:
        same.times += 1
        return
    open_ones = select(func.count()).where(Report.reporter_host == host, Report.state == OPEN)
    if (session.scalar(open_ones) or 0) >= MOST_OPEN:
        raise TooMany(cause=f"{host} has {MOST_OPEN} open reports here")
    reason = received.activity.get("reportReason")
    session.add(
        Report(
            activity_uri=uri,
            reporter_uri=received.actor_uri,
            reporter_host=host,
            about=about,
            owner_uri=owner,
            reason=reason if isinstance(reason, str) and reason in REPORT_REASONS else "other",
            text=_text_in(received.activity.get("content")),
        )
    )
    session.flush()


def _things_in(carried: Any) -> list[str]:
    """The addresses of what is reported: one, several, or documents that have one."""
    items = carried if isinstance(carried, list) else [carried]
    found = [item.get("id") if isinstance(item, dict) else item for item in items]
    uris = [uri for uri in found if isinstance(uri, str) and is_web_address(uri) and is_storable(uri)]
    if not uris:
        raise InvalidInput(cause="a report about nothing")
    return list(dict.fromkeys(uris))[:MOST_THINGS]


def _owner_of(session: Session, about: list[str]) -> str:
    """Whose it is. A report about nothing that we know of is not ours to judge."""
    for uri in about:
        record = session.get(Record, uri)
        if record is not None:
            return record.owner_uri
    for uri in about:
        if find_by_uri(session, uri) is not None or find_actor(session, uri) is not None:
            return uri
    raise NotFound(cause="a report about something unknown here")


def _same(session: Session, actor_uri: str, about: list[str]) -> Report | None:
    open_ones = select(Report).where(Report.reporter_uri == actor_uri, Report.state == OPEN)
    return next((each for each in session.scalars(open_ones) if set(each.about) == set(about)), None)


def _text_in(content: Any) -> str:
    if not isinstance(content, str) or not is_storable(content):
        return ""
    return content.strip()[:MOST_TEXT]
