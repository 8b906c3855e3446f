"""What there is to know about our keys and our address, for pages and programs."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy.orm import Session

from directory.keys import recovery, rotation
from federation.actors.identities import Identity, base_url
from federation.actors.key_generations import IdentityKey, KeyRotation, current_rotation, generations_of
from federation.actors.keys import fingerprint
from federation.actors.replacing import all_identities
from federation.database import now
from federation.relations.followers import Follow, follows
from federation.settings import Settings

OLD = timedelta(days=730)
"""An age at which new keys are a good idea."""


@dataclass(frozen=True)
class Keys:
    """The keys of one identity."""

    identity: Identity
    fingerprint: str
    since: datetime
    is_old: bool
    is_lost: bool
    others: list[tuple[str, str, IdentityKey]]
    """State and fingerprint of the other generations, newest first."""


@dataclass(frozen=True)
class Overview:
    """All of it."""

    address: str
    keys: list[Keys]
    rotation: KeyRotation | None
    asked: list[Follow]
    """The hubs that must still look at our new key."""

    @property
    def is_lost(self) -> bool:
        """Whether keys of this node are gone."""
        return any(keys.is_lost for keys in self.keys)


def overview(session: Session, settings: Settings) -> Overview:
    """Keys, their age, and how far a replacement is. Never fails for a missing key."""
    lost = {identity.id for identity in recovery.lost_identities(session, settings)}
    found = all_identities(session)
    keys = [_keys(session, identity, is_lost=identity.id in lost) for identity in found]
    asked = [
        follow
        for identity in found
        for follow in follows(session, identity.id, "out")
        if follow.asked_again_at is not None
    ]
    return Overview(base_url(session), keys, current_rotation(session), asked)


def make_new_keys(session: Session, settings: Settings, *, leaked: bool, by: str) -> KeyRotation:
    """New keys for all identities, see `directory.keys.rotation.start`."""
    return rotation.start(session, settings, emergency=leaked, by=by)


def cancel(session: Session, settings: Settings) -> None:
    """Give up new keys that are not used yet."""
    rotation.cancel(session, settings)


def recover(session: Session, settings: Settings, *, by: str) -> KeyRotation:
    """New keys after a loss, see `directory.keys.recovery.recover`."""
    return recovery.recover(session, settings, by=by)


def _keys(session: Session, identity: Identity, *, is_lost: bool) -> Keys:
    rows = generations_of(session, identity.id)
    current = next((row for row in rows if row.state == "current"), None)
    since = (current.current_at if current else None) or identity.created_at
    others = [
        (row.state, fingerprint(row.ed25519_multibase), row)
        for row in reversed(rows)
        if row.state != "current"
    ]
    return Keys(
        identity=identity,
        fingerprint=fingerprint(identity.ed25519_multibase),
        since=since,
        is_old=now() - since > OLD,
        is_lost=is_lost,
        others=others,
    )
