"""The job of duplicates: compare the directory with itself."""

from __future__ import annotations

import node.models  # noqa: F401  # all tables, because a worker loads no application
from federation.actors.identities import find_identity
from federation.runtime import job_session
from node.duplicates.service import look_again


def sweep() -> None:
    """Every hour, on a hub."""
    with job_session() as session:
        if find_identity(session, "hub") is not None:
            look_again(session)
            session.commit()
