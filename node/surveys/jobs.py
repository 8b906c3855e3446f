"""The job of surveys: delete the answers whose time has come, and end what is over."""

from __future__ import annotations

import node.models  # noqa: F401  # all tables, because a worker loads no application
from federation.runtime import job_session, runtime
from node.gatherings.service import local_today
from node.surveys.running import empty_due, end_over


def sweep() -> None:
    """Every hour."""
    with job_session() as session:
        if empty_due(session, local_today()):
            session.commit()  # deleting was promised: nothing that goes wrong below may hold it up
        if end_over(session, runtime().settings, local_today()):
            session.commit()
