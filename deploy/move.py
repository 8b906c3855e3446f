"""`omzien move ADDRESS`: this node moves to another web address."""

from __future__ import annotations

from argparse import Namespace

from deploy.own_node import is_sure, writing
from deploy.words import _, say
from directory.keys import moving
from federation.actors.identities import base_url, check_base_url
from federation.settings import Settings
from schemas.messages import N_


def run(arguments: Namespace, settings: Settings) -> int:
    """Move, and say what must be done around it."""
    with writing(settings) as session:
        old, new = base_url(session), check_base_url(settings, arguments.address)
        question = N_("Move from %(old)s to %(new)s? The old address must stay in use for at least a year.")
        if not is_sure(session, _(question, old=old, new=new), yes=arguments.yes):
            return 1
        new = moving.move(session, settings, arguments.address, force=arguments.force)
        session.commit()
    say(N_("Moved to %(new)s. Let both addresses lead to this node, and start it again."), new=new)
    return 0
