"""The job of formats: let go of what nobody saved, and of pictures that no format has any more."""

from __future__ import annotations

import node.models  # noqa: F401  # all tables, because a worker loads no application
from directory.pictures.service import forget_unused
from federation.runtime import job_session
from node.activity_templates.editing import forget_old_copies
from node.activity_templates.pictures import used_digests


def sweep() -> None:
    """Every hour: forget what was never saved, and the pictures that were taken out a while ago."""
    with job_session() as session:
        forgotten = forget_old_copies(session)
        if forget_unused(session, used_digests(session)) + forgotten:
            session.commit()
