"""`omzien rotate-keys`: new keys for this node, announced by the old ones."""

from __future__ import annotations

from argparse import Namespace

from deploy.own_node import BY, is_sure, writing
from deploy.words import say
from directory.keys import rotation
from federation.settings import Settings
from schemas.messages import N_


def run(arguments: Namespace, settings: Settings) -> int:
    """Make new keys, use them at once, or cancel those that are not used yet."""
    with writing(settings) as session:
        if arguments.cancel:
            rotation.cancel(session, settings)
            session.commit()
            say(N_("Cancelled. We keep the keys we had."))
            return 0
        if arguments.leaked and not is_sure(
            session, N_("Use new keys at once, and make the old ones worthless?"), yes=arguments.yes
        ):
            return 1
        started = rotation.start(session, settings, emergency=arguments.leaked, by=BY)
        session.commit()
    day = f"{started.switch_at:%Y-%m-%d}"
    text = (
        N_("New keys are made and in use.")
        if arguments.leaked
        else N_("New keys are made, and used from %(day)s.")
    )
    say(text, day=day)
    say(N_("Make a backup now: omzien backup."))
    return 0
