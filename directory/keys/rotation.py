"""Rotation: new keys are announced by the old ones, used after an overlap, and the old ones retired.

Every step is one transaction over rows, so that a stop at any moment is taken up by the sweep.
"""

from __future__ import annotations

from datetime import timedelta

import structlog
from sqlalchemy.orm import Session

from directory.keys.reproving import announce, reprove_some
from federation.actors import replacing
from federation.actors.identities import keys_of
from federation.actors.key_generations import KeyRotation, current_rotation, generations_of
from federation.actors.replacing import all_identities
from federation.database import now
from federation.queue import wake_after_commit
from federation.relations.succession import TEND
from federation.settings import Settings
from schemas.errors import Conflict
from schemas.messages import N_

log = structlog.get_logger(__name__)

OVERLAP = timedelta(days=7)
"""How long new keys are announced before they are used, and old ones are listed after that."""


def start(session: Session, settings: Settings, *, emergency: bool, by: str) -> KeyRotation:
    """Make new keys for all identities and announce them, signed and proven with the old ones.

    In an emergency, when the old keys leaked, the new ones are used at once. NotReady when the
    old keys are not there (`directory.keys.recovery`), Conflict when a rotation is under way.
    """
    for identity in all_identities(session):
        keys_of(settings, identity)
    _close_open(session, settings, emergency=emergency)
    kind = "emergency" if emergency else "planned"
    switch_at = now() if emergency else now() + OVERLAP
    rotation = KeyRotation(kind=kind, state="announced", started_by=by, switch_at=switch_at)
    session.add(rotation)
    for identity in all_identities(session):
        replacing.prepare(session, settings, identity).announced_at = now()
        announce(session, settings, identity)
    log.warning("keys.rotation_started", kind=kind, by=by)
    if emergency:
        _switch(session, settings, rotation)
    wake_after_commit(session, TEND)
    return rotation


def cancel(session: Session, settings: Settings) -> None:
    """Give up the new keys while they are not used yet; Conflict when none are, or it is too late."""
    rotation = current_rotation(session)
    if rotation is None or rotation.state != "announced":
        raise Conflict(N_("There are no new keys that can still be cancelled."))
    _cancel(session, settings, rotation)


def advance(session: Session, settings: Settings) -> bool:
    """Take the next step of the rotation that is under way; True when there may be another one now."""
    rotation = current_rotation(session)
    if rotation is None:
        return False
    if rotation.state == "announced" and rotation.switch_at <= now():
        _switch(session, settings, rotation)
        return True
    if rotation.state == "reproving":
        if not reprove_some(session, settings):
            rotation.state = "waiting"
            rotation.retire_at = now() + (OVERLAP if rotation.kind == "planned" else timedelta())
        return True
    if rotation.state == "waiting" and rotation.retire_at and rotation.retire_at <= now():
        _finish(session, settings, rotation)
    return False


def _close_open(session: Session, settings: Settings, *, emergency: bool) -> None:
    """Keys leaked: what else was under way is settled first, because its new keys lay beside the old."""
    rotation = current_rotation(session)
    if rotation is None:
        return
    if not emergency:
        raise Conflict(N_("New keys were made already, and are not fully in use yet."))
    if rotation.state == "announced":
        _cancel(session, settings, rotation)
    else:
        _finish(session, settings, rotation)


def _cancel(session: Session, settings: Settings, rotation: KeyRotation) -> None:
    rotation.state, rotation.ended_at = "cancelled", now()
    for identity in all_identities(session):
        if replacing.cancel(session, identity):
            announce(session, settings, identity)
    log.warning("keys.rotation_cancelled")


def _switch(session: Session, settings: Settings, rotation: KeyRotation) -> None:
    old_becomes = "leaving" if rotation.kind == "planned" else "retired"
    for identity in all_identities(session):
        if any(row.state == "coming" for row in generations_of(session, identity.id)):
            replacing.switch(session, identity, old_becomes=old_becomes)
            announce(session, settings, identity)
    rotation.state, rotation.switched_at = "reproving", now()
    wake_after_commit(session, TEND)
    log.warning("keys.switched", kind=rotation.kind)


def _finish(session: Session, settings: Settings, rotation: KeyRotation) -> None:
    for identity in all_identities(session):
        if replacing.retire(session, identity):
            announce(session, settings, identity)
    rotation.state, rotation.ended_at = "done", now()
    log.warning("keys.rotation_done", kind=rotation.kind)
