"""The job of saved views: look what came in and what left, and tell who follows them."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

import node.models  # noqa: F401  # all tables, because a worker loads no application
from federation.runtime import job_session, runtime
from node.coordination import digests, watching
from schemas.events import TIMEZONE

MORNING = 7
"""No mail before this hour."""


def sweep() -> None:
    """Every hour."""
    with runtime().database.session(write=False) as session:  # looking takes a while: nobody waits for it
        looks = watching.look(session)
        session.expunge_all()
    here = datetime.now(ZoneInfo(TIMEZONE))
    with job_session() as session:
        watching.keep(session, looks)
        watching.forget_old(session)
        if here.hour >= MORNING:
            digests.send_due(session, runtime().settings, here.date())
        session.commit()
