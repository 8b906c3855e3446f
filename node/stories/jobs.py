"""The job of stories: withdraw what is shown no longer than agreed."""

from __future__ import annotations

import node.models  # noqa: F401  # all tables, because a worker loads no application
from federation.runtime import job_session, runtime
from node.gatherings.service import local_today
from node.stories.service import withdraw_expired


def sweep() -> None:
    """Every hour: take back the stories whose last day is past."""
    with job_session() as session:
        withdraw_expired(session, runtime().settings, local_today())
        session.commit()
