"""Reading the signed list of a publisher whom this node trusts without being its member."""

from __future__ import annotations

from sqlalchemy.orm import Session

from directory.relaying.catch_up import read_members
from federation.actors.discovery import lookup
from federation.actors.learning import learn_actor
from federation.actors.remote_actors import RemoteActor
from federation.database import Database, now
from federation.relations.trusted_lists import TrustedList, has_list, note_trouble, store_trusted
from federation.settings import Settings
from schemas.errors import GaveUp, InvalidInput, RemoteError
from schemas.messages import N_


def find_publisher(session: Session, settings: Settings, address: str) -> RemoteActor:
    """The publisher of a list that a person means. Asks the other server; see `lookup`."""
    remote = lookup(session, settings, address)
    if not has_list(remote):
        raise InvalidInput(
            fields={"address": [N_("This address exists, but it publishes no signed list of members.")]},
            cause=f"{remote.uri} has no members or no key",
        )
    return remote


def read_list(database: Database, settings: Settings, publisher_uri: str) -> int:
    """Fetch a list, check its proofs with its publisher's key, and take it over; returns its length.

    Raises TryLater or GaveUp; what was read before then stays.
    """
    with database.session() as session:
        row = session.get(TrustedList, publisher_uri)
        if row is None:
            return 0
        row.tried_at = now()
        session.commit()
    try:
        publisher = learn_actor(database, settings, publisher_uri, refresh=True)
        if not has_list(publisher):
            raise GaveUp(cause=f"{publisher_uri} publishes no list any more")
        documents = read_members(database, settings, publisher)
    except RemoteError as error:
        with database.session() as session:
            note_trouble(session, publisher_uri, str(error))
            session.commit()
        raise
    with database.session() as session:
        count = store_trusted(session, publisher_uri, documents)
        session.commit()
    return count
