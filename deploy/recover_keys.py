"""`omzien recover-keys`: new keys after the old ones were lost."""

from __future__ import annotations

from argparse import Namespace

from deploy.own_node import BY, is_sure, writing
from deploy.words import say, show
from directory.keys import recovery
from federation.actors.keys import fingerprint
from federation.settings import Settings
from schemas.messages import N_


def run(arguments: Namespace, settings: Settings) -> int:
    """Make new keys for what is lost, and say what to do next."""
    with writing(settings) as session:
        lost = recovery.lost_identities(session, settings)
        for identity in lost:
            say(N_("Missing or damaged: the keys of %(name)s."), name=identity.username)
        question = N_("Is there really no backup of the folder secrets? Then new keys are made. Go on?")
        if lost and not is_sure(session, question, yes=arguments.yes):
            return 1
        recovery.recover(session, settings, by=BY)
        session.commit()
        for identity in lost:
            show(f"{identity.username}: {fingerprint(identity.ed25519_multibase)}")
    say(N_("Call the coordinator of each of your hubs, and read this out. Until then nobody believes us."))
    say(N_("Make a backup now: omzien backup."))
    return 0
