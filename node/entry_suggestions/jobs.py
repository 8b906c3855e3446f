"""The job of proposals from the public form: answer what was decided, and forget."""

from __future__ import annotations

import node.models  # noqa: F401  # all tables, because a worker loads no application
from federation.runtime import job_session, runtime
from node.entry_suggestions import service


def sweep() -> None:
    """Every hour."""
    with job_session() as session:
        if service.answer_decided(session, runtime().settings) + service.forget_old(session):
            session.commit()
