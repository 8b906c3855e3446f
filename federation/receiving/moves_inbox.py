"""Moves as they arrive."""

from __future__ import annotations

from federation.actors.remote_actors import find_actor
from federation.fetching.origins import is_web_address
from federation.receiving.inbox import Received, listener
from federation.relations.moves import aliases_of, block_if_alias_is, carry_over, check, is_done
from federation.signatures.owner_keys import ActorNeeded, should_fetch
from schemas.errors import NotAllowed
from schemas.objects import Document


@listener("Move")
def actor_moved(received: Received) -> None:
    """An actor says where it went; the new actor must say that it was the old one."""
    session, old_uri, new_uri = received.session, received.actor_uri, _address(received.activity)
    if _uri(received.obj) != old_uri or not is_web_address(new_uri) or new_uri == old_uri:
        raise NotAllowed(cause=f"{old_uri} may move itself alone, and to another address")
    if is_done(session, old_uri, new_uri):
        return
    new = find_actor(session, new_uri)
    if new is None or (old_uri not in aliases_of(new.document) and should_fetch(session, new_uri)):
        raise ActorNeeded(new_uri)
    if block_if_alias_is(session, received.settings, new):
        return
    check(session, old_uri, new, received.activity)
    carry_over(session, received.settings, old_uri, new)


def _address(activity: Document) -> str:
    return _uri(activity.get("target"))


def _uri(value: object) -> str:
    found = value.get("id") if isinstance(value, dict) else value
    return found if isinstance(found, str) else ""
