"""A known follower with a new key that no old one vouches for: people compare it, or refuse it.

Until then the connection and the list stay as they are, and nothing proven by the new key is believed.
"""

from __future__ import annotations

from typing import cast

import structlog
from sqlalchemy.orm import Session

from federation.actors.actor_documents import ed25519_keys_in
from federation.actors.identities import Identity
from federation.actors.keys import fingerprint
from federation.actors.remote_actors import RemoteActor
from federation.database import now
from federation.fetching.origins import authority_of
from federation.queue import wake_after_commit
from federation.receiving.inbox import try_again
from federation.relations.followers import Follow, follows
from federation.relations.hubs import is_hub
from federation.relations.members import lists_of
from federation.relations.peers import clear_alarm, note_alarm
from federation.relations.succession import TEND
from federation.sending.outbox import publish
from federation.settings import Settings
from schemas.errors import Conflict
from schemas.messages import N_
from schemas.objects import Document

log = structlog.get_logger(__name__)


def ask_again(session: Session, settings: Settings, identity: Identity) -> int:
    """Ask every hub that has us to look at our new key; returns their number."""
    asked = 0
    for state in ("accepted", "pending"):
        for follow in follows(session, identity.id, "out", state):
            remote = session.get(RemoteActor, follow.remote_uri)
            if remote is None or not is_hub(remote):
                continue
            activity = publish(
                session, settings, identity, "Follow", remote.uri, also_to=[remote.uri], public=False
            )
            follow.activity_uri, follow.asked_again_at = activity["id"], now()
            asked += 1
    return asked


def renew_follows(session: Session, settings: Settings, identity: Identity) -> int:
    """Say anew, from our new address, whom we follow; returns their number."""
    renewed = 0
    for state in ("accepted", "pending"):
        for follow in follows(session, identity.id, "out", state):
            to = [follow.remote_uri]
            activity = publish(
                session, settings, identity, "Follow", follow.remote_uri, also_to=to, public=False
            )
            follow.activity_uri = activity["id"]
            renewed += 1
    return renewed


def note_offer(session: Session, follow: Follow, remote: RemoteActor, activity_uri: str) -> None:
    """An accepted follower asks again with another key than people compared: they must decide."""
    follow.offered_fingerprint = fingerprint(remote.ed25519_multibase or "")
    follow.offered_activity_uri, follow.offered_at = activity_uri, now()
    note_alarm(session, authority_of(remote.uri), "key_mismatch")
    log.error("follows.key_changed", actor=remote.uri, was=follow.key_fingerprint)


def accept_key(session: Session, settings: Settings, follow: Follow, *, by: str) -> Follow:
    """People compared the new key: it is believed from now on, and a hub's followers hear of it.

    Conflict when nothing waits, or when the key is no longer the one that was shown.
    """
    identity, remote = _waiting(session, follow)
    if fingerprint(remote.ed25519_multibase or "") != follow.offered_fingerprint:
        raise Conflict(N_("The key changed again since it was shown. Wait for a new request."))
    follow.key_fingerprint, follow.activity_uri = follow.offered_fingerprint, follow.offered_activity_uri
    follow.decided_at, follow.decided_by = now(), by
    _clear(follow)
    for member in lists_of(session, remote.uri):
        if member.hub_uri == identity.actor_uri:
            member.take_keys(ed25519_keys_in(remote.document))
            member.is_announced = False
            wake_after_commit(session, TEND)
    clear_alarm(session, authority_of(remote.uri), "key_mismatch")
    try_again(session, remote.uri)
    _answer(session, settings, identity, follow, "Accept", follow.activity_uri)
    log.warning("follows.key_accepted", actor=remote.uri, by=by)
    return follow


def refuse_key(session: Session, settings: Settings, follow: Follow, *, by: str) -> Follow:
    """The new key is not theirs: all stays as it was, and a warning stays in sight."""
    identity, remote = _waiting(session, follow)
    refused_uri = follow.offered_activity_uri
    _clear(follow)
    note_alarm(session, authority_of(remote.uri), "key_refused")
    _answer(session, settings, identity, follow, "Reject", refused_uri)
    log.error("follows.key_refused", actor=remote.uri, by=by)
    return follow


def _waiting(session: Session, follow: Follow) -> tuple[Identity, RemoteActor]:
    if follow.offered_at is None:
        raise Conflict(N_("This request has already been answered."))
    identity = session.get_one(Identity, follow.identity_id)
    return identity, session.get_one(RemoteActor, follow.remote_uri)


def _clear(follow: Follow) -> None:
    follow.offered_fingerprint, follow.offered_activity_uri, follow.offered_at = "", "", None


def _answer(
    session: Session, settings: Settings, identity: Identity, follow: Follow, word: str, about: str
) -> None:
    payload = {"id": about, "type": "Follow", "actor": follow.remote_uri, "object": identity.actor_uri}
    to = [follow.remote_uri]
    publish(session, settings, identity, word, cast(Document, payload), also_to=to, public=False)
