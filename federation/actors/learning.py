"""Learning actors for jobs: the fetch happens outside of any writing transaction."""

from __future__ import annotations

import structlog

from federation.actors.remote_actors import RemoteActor, fetch_actor, find_actor, remember_actor
from federation.database import Database
from federation.fetching.failed_fetches import check_may_fetch, remember_failure, remember_success
from federation.settings import Settings
from schemas.errors import RemoteError

log = structlog.get_logger(__name__)


def learn_actor(database: Database, settings: Settings, uri: str, *, refresh: bool = False) -> RemoteActor:
    """The actor, fetched when we do not know it (or ``refresh``) and committed.

    Raises TryLater or GaveUp; the failure is remembered first.
    """
    with database.session(write=False) as session:
        known = find_actor(session, uri)
        if known is not None and not refresh:
            return known
        check_may_fetch(session, uri)
        try:
            document = fetch_actor(session, settings, uri)
        except RemoteError as error:
            failure = error
        else:
            return _keep(database, uri, document)
    with database.session() as session:
        remember_failure(session, uri, failure)
        session.commit()
    raise failure


def _keep(database: Database, uri: str, document: dict[str, object]) -> RemoteActor:
    with database.session() as session:
        actor = remember_actor(session, document)
        remember_success(session, uri)
        session.commit()
        return actor
