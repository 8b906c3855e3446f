"""The job of offers: forget what was offered by who withdrew it."""

from __future__ import annotations

import node.models  # noqa: F401  # all tables, because a worker loads no application
from federation.runtime import job_session
from node.template_offers.receiving import forget_withdrawn


def sweep() -> None:
    """Every hour."""
    with job_session() as session:
        if forget_withdrawn(session):
            session.commit()
