"""The job of freshness: what the passing of time changes."""

from __future__ import annotations

import node.models  # noqa: F401  # all tables, because a worker loads no application
from directory.freshness.service import refresh
from federation.runtime import job_session, runtime
from node.freshness.heartbeat import beat


def sweep() -> None:
    """Every hour: say that we are there, and see which entries grew old."""
    with job_session() as session:
        beat(session, runtime().settings)
        refresh(session)
        session.commit()
