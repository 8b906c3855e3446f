"""What kind of actor this is to us: a hub, or a cooperative that can be a member of one."""

from __future__ import annotations

from federation.actors.remote_actors import RemoteActor


def is_hub(remote: RemoteActor) -> bool:
    """Whether a remote actor is a hub: it has members and a feed."""
    return isinstance(remote.document.get("members"), str) and isinstance(remote.document.get("feed"), str)


def is_node(remote: RemoteActor) -> bool:
    """Whether a remote actor is a cooperative with a proof key, so that it can be a member."""
    return remote.document.get("type") == "Organization" and bool(remote.ed25519_multibase)
