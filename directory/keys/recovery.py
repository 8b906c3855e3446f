"""Starting again after a loss: new keys that nobody vouches for but people.

Until a hub's coordinator has compared the new key by telephone, nobody believes it.
"""

from __future__ import annotations

import structlog
from sqlalchemy.orm import Session

from directory.keys.reproving import announce
from federation.actors import replacing
from federation.actors.identities import Identity, keys_of
from federation.actors.key_generations import KeyRotation, current_rotation
from federation.actors.replacing import all_identities
from federation.database import now
from federation.queue import wake_after_commit
from federation.relations.renewals import ask_again
from federation.relations.succession import TEND
from federation.settings import Settings
from schemas.errors import Conflict, NotReady
from schemas.messages import N_

log = structlog.get_logger(__name__)


def lost_identities(session: Session, settings: Settings) -> list[Identity]:
    """The identities whose key files are missing, damaged, open to others or not theirs."""
    return [identity for identity in all_identities(session) if _is_lost(settings, identity)]


def recover(session: Session, settings: Settings, *, by: str) -> KeyRotation:
    """Make new keys for what is lost, prove everything anew, and ask our hubs to compare them.

    The new keys are used at once: there is nothing else to sign with. Conflict when nothing is lost.
    """
    lost = lost_identities(session, settings)
    if not lost:
        raise Conflict(N_("The keys of this node are all there. Nothing was changed."))
    _give_up_rotation(session)
    moment = now()
    rotation = KeyRotation(
        kind="recovery", state="reproving", started_by=by, switch_at=moment, switched_at=moment
    )
    session.add(rotation)
    for identity in lost:
        replacing.cancel(session, identity)
        replacing.prepare(session, settings, identity, after_loss=True).announced_at = moment
        replacing.switch(session, identity, old_becomes="lost")
    for identity in lost:
        announce(session, settings, identity)
        ask_again(session, settings, identity)
    wake_after_commit(session, TEND)
    log.warning("keys.recovered", identities=[identity.username for identity in lost], by=by)
    return rotation


def _is_lost(settings: Settings, identity: Identity) -> bool:
    try:
        keys_of(settings, identity)
    except NotReady:
        return True
    return False


def _give_up_rotation(session: Session) -> None:
    """What was under way cannot be ended properly any more; the recovery takes its place."""
    rotation = current_rotation(session)
    if rotation is not None:
        rotation.state, rotation.ended_at = "cancelled", now()
