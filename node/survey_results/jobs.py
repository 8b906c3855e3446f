"""The job of results: reckon what ended, so that nothing is lost when answers are deleted."""

from __future__ import annotations

import node.models  # noqa: F401  # all tables, because a worker loads no application
from federation.runtime import job_session, runtime
from node.gatherings.service import local_today
from node.survey_results.service import reckon_due


def sweep() -> None:
    """Every hour."""
    with job_session() as session:
        if reckon_due(session, runtime().settings, local_today()):
            session.commit()
