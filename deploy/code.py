"""`omzien code NAME`: the sign-in code of this moment, for the invented people of the demo only."""

from __future__ import annotations

import time
from argparse import Namespace

from deploy.demo_people import EVERYBODY, STEP, find
from deploy.refusals import Refused
from deploy.words import say, show
from federation.settings import Settings
from schemas.messages import N_


def run(arguments: Namespace, _settings: Settings) -> int:
    """Print the code, and how long it lasts."""
    person = find(arguments.name)
    if person is None:
        names = ", ".join(each.email.partition("@")[0] for each in EVERYBODY)
        raise Refused(
            N_("Nobody in the demo is called “%(name)s”. Choose from: %(names)s"),
            name=arguments.name,
            names=names,
        )
    show(person.code())
    say(N_("For %(name)s (%(email)s), %(seconds)s more seconds, once."), name=person.name, email=person.email,
        seconds=STEP - int(time.time()) % STEP)  # fmt: skip
    return 0
