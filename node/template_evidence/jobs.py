"""The job of evidence: what goes on and was told, is told again now and then."""

from __future__ import annotations

import node.models  # noqa: F401  # all tables, because a worker loads no application
from federation.actors.identities import find_identity
from federation.runtime import job_session, runtime
from node.gatherings.service import local_today
from node.template_evidence.due import confirm_running


def sweep() -> None:
    """Every hour: confirm what an activity shows to go on, at most once a quarter each."""
    with job_session() as session:
        if find_identity(session, "cooperative") is None:
            return
        confirm_running(session, runtime().settings, local_today())
        session.commit()
