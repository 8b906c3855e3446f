"""Changes that other actors make to themselves: our copy of their document is renewed.

A cooperative's change is a record of the directory, see `directory.inbox`.
"""

from __future__ import annotations

from federation.actors.remote_actors import find_actor, remember_actor
from federation.receiving.inbox import Received, listener
from federation.relations.succession import take_over
from federation.signatures.owner_keys import check_proof, owner_keys
from schemas.errors import AppError


@listener("Update", "Service")
@listener("Update", "Application")
@listener("Update", "Person")
@listener("Update", "Group")
def actor_changed(received: Received) -> None:
    """Keep the new document of an actor that we know; the gate checked that it speaks for itself."""
    document = received.obj
    known = find_actor(received.session, received.actor_uri)
    if known is None or not isinstance(document, dict) or document.get("id") != received.actor_uri:
        return
    try:
        keys = owner_keys(received.session, received.actor_uri)
        check_proof(received.activity, owner_uri=received.actor_uri, keys=keys)
    except AppError:  # other software proves nothing; its own address is its word
        remember_actor(received.session, document)
    else:
        take_over(received.session, document, keys)
