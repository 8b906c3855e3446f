"""Learning actors for jobs: the fetch happens outside of any writing transaction."""

from __future__ import annotations

from federation.actors.remote_actors import RemoteActor, find_actor, remember_actor
from federation.database import Database
from federation.fetching.budget import BudgetSpent, charge_actor
from federation.fetching.failed_fetches import check_may_fetch, remember_failure, remember_success
from federation.fetching.signed_fetch import fetch_signed
from federation.settings import Settings
from schemas.errors import GaveUp, RemoteError
from schemas.objects import Document


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
        charge_actor()
        document = fetch_actor(database, settings, uri)
    except BudgetSpent:
        raise  # says nothing about the actor
    except RemoteError as error:
        with database.session() as session:
            remember_failure(session, uri, error)
            session.commit()
        raise
    return _keep(database, uri, document)


def fetch_actor(database: Database, settings: Settings, uri: str) -> Document:
    """The document of the actor ``uri``, asked for in the name of our server when we have one.

    GaveUp when the address leads to another actor: an open redirect on an honest host would
    otherwise lend its name to another's keys.
    """
    document = fetch_signed(database.engine, settings, uri).document
    if document["id"] != uri:
        raise GaveUp(cause=f"the actor at {uri} calls itself {document['id'][:500]}")
    return document


def _keep(database: Database, uri: str, document: Document) -> RemoteActor:
    with database.session() as session:
        actor = remember_actor(session, document)
        remember_success(session, uri)
        session.commit()
        return actor
