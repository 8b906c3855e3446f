"""The job of freshness: what the passing of time changes."""

from __future__ import annotations

import node.models  # noqa: F401  # all tables, because a worker loads no application
from directory.freshness.service import refresh
from federation.actors.identities import find_identity
from federation.runtime import job_session, runtime
from node.freshness.asking import ask_by_mail, give_up
from node.freshness.heartbeat import beat
from node.freshness.telling import tell


def sweep() -> None:
    """Every hour: say that we are there, see which entries grew old, and ask a few whether they are right."""
    with job_session() as session:
        beat(session, runtime().settings)
        refresh(session)
        if find_identity(session, "hub") is not None:
            give_up(session)
            ask_by_mail(session, runtime().settings)
            tell(session, runtime().settings)
        session.commit()
