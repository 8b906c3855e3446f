"""The job of our keys: the next steps of a rotation, and telling followers of members' new keys."""

from __future__ import annotations

import time

from directory.keys.membership import announce_changes
from directory.keys.moving import resettle_some
from directory.keys.rotation import advance
from federation.actors.identities import is_set_up
from federation.runtime import job_session, runtime

TIME = 200.0
"""Seconds; what is left then is found by the next round."""


def tend() -> None:
    """Every minute, and when something changed: go on where the rows say we are."""
    until = time.monotonic() + TIME
    with job_session() as session:
        if not is_set_up(session):
            return
        announce_changes(session, runtime().settings)
        session.commit()
        for step in (resettle_some, advance):
            while time.monotonic() < until and step(session, runtime().settings):
                session.commit()
        session.commit()
