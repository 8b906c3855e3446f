"""The job of notes and tasks: forget what nobody needs any more."""

from __future__ import annotations

import node.models  # noqa: F401  # all tables, because a worker loads no application
from federation.runtime import job_session
from node.follow_ups.retention import forget_old


def sweep() -> None:
    """Every hour."""
    with job_session() as session:
        if forget_old(session):
            session.commit()
