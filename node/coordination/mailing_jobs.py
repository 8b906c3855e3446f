"""The job of messages to a selection: forget those of long ago."""

from __future__ import annotations

import node.models  # noqa: F401  # all tables, because a worker loads no application
from federation.runtime import job_session
from node.coordination.mailing_copies import forget_old


def sweep() -> None:
    """Every hour."""
    with job_session() as session:
        if forget_old(session):
            session.commit()
