"""The jobs that keep the search index as this version makes it, and without words that nobody uses."""

from __future__ import annotations

import time

from directory.search import vocabulary
from directory.search.tending import tend_some
from federation.runtime import job_session, runtime

JOB_TIME = 60.0  # seconds; then the job makes room for others and is woken again
PAUSE = 0.05  # after each part, in which others may write


def tend() -> None:
    """Show records anew until all is done, a part at a time."""
    until = time.monotonic() + JOB_TIME
    while time.monotonic() < until:
        with job_session() as session:
            has_more = tend_some(session)
            session.commit()
        if not has_more:
            return
        time.sleep(PAUSE)
    runtime().queue.wake("directory.search.jobs.tend")


def sweep() -> None:
    """Every hour."""
    with job_session() as session:
        vocabulary.forget_unused(session)
        session.commit()
