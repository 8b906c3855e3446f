"""The job of gatherings: announce the days that came near."""

from __future__ import annotations

import node.models  # noqa: F401  # all tables, because a worker loads no application
from federation.runtime import job_session, runtime
from node.gatherings.publishing import announce_all
from node.gatherings.service import local_today


def sweep() -> None:
    """Every hour: tell the network of the days of the coming two weeks."""
    with job_session() as session:
        announce_all(session, runtime().settings, local_today())
        session.commit()
