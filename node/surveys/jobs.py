"""The job of surveys: end what is over, and delete the answers whose time has come."""

from __future__ import annotations

import node.models  # noqa: F401  # all tables, because a worker loads no application
from federation.runtime import job_session, runtime
from node.gatherings.service import local_today
from node.surveys.running import tend


def sweep() -> None:
    """Every hour."""
    with job_session() as session:
        if tend(session, runtime().settings, local_today()):
            session.commit()
