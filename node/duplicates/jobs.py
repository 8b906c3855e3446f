"""The job of duplicates: compare the directory with itself."""

from __future__ import annotations

import node.models  # noqa: F401  # all tables, because a worker loads no application
from federation.actors.identities import find_identity
from federation.runtime import job_session, runtime
from node.duplicates.service import compare, keep


def sweep() -> None:
    """Every hour, on a hub."""
    with runtime().database.session(write=False) as session:  # comparing takes a while: nobody waits for it
        if find_identity(session, "hub") is None:
            return
        found = compare(session)
    with job_session() as session:
        keep(session, found)
        session.commit()
