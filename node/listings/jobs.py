"""The job of listings: take over what the hub published before it kept listings."""

from __future__ import annotations

import node.models  # noqa: F401  # all tables, because a worker loads no application
from federation.runtime import job_session
from node.listings.adoption import adopt_some


def sweep() -> None:
    """Every hour: some at a time, each part committed, until all entries that we host have a listing."""
    with job_session() as session:
        while adopt_some(session):
            session.commit()
