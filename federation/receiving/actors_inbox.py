"""Changes that other actors make to themselves: our copy of their document is renewed.

A cooperative's change is a record of the directory, see `directory.inbox`.
"""

from __future__ import annotations

from federation.actors.remote_actors import find_actor, remember_actor
from federation.receiving.inbox import Received, listener


@listener("Update", "Service")
@listener("Update", "Application")
@listener("Update", "Person")
@listener("Update", "Group")
def actor_changed(received: Received) -> None:
    """Keep the new document of an actor that we know; the gate checked that it speaks for itself."""
    document = received.obj
    known = find_actor(received.session, received.actor_uri)
    if known is not None and isinstance(document, dict) and document.get("id") == received.actor_uri:
        remember_actor(received.session, document)
