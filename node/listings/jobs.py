"""The job of listings: take over what the hub published before it kept them, and forget whom to ask."""

from __future__ import annotations

import node.models  # noqa: F401  # all tables, because a worker loads no application
from federation.runtime import job_session
from node.listings.adoption import adopt_some
from node.listings.retention import delete_contacts


def sweep() -> None:
    """Every hour: some at a time, each part committed. All entries that we host get a listing; contact data
    of entries that went long ago is deleted."""
    with job_session() as session:
        while adopt_some(session):
            session.commit()
        while delete_contacts(session):
            session.commit()
