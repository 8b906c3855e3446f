"""The job of synonyms: tell the network what nobody was told yet, as after an upgrade or a new hub."""

from __future__ import annotations

import node.models  # noqa: F401  # all tables, because a worker loads no application
from federation.runtime import job_session, runtime
from node.synonyms.sharing import share


def sweep() -> None:
    """Every hour."""
    with job_session() as session:
        if share(session, runtime().settings):
            session.commit()
