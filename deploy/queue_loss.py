"""When the queue falls under a program: one plain line and an end; the supervisor starts it again."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from types import TracebackType

import structlog
from redis.exceptions import ConnectionError as Unreachable
from redis.exceptions import TimeoutError as Unanswered
from rq import SimpleWorker
from rq.exceptions import StopRequested
from rq.job import Job

LOST = (Unreachable, Unanswered)
log = structlog.get_logger()


@contextmanager
def ending_with_the_queue() -> Iterator[None]:
    """End this program with status 1 when its queue is lost; quietly when it is asked to stop meanwhile."""
    try:
        yield
    except StopRequested:
        return
    except LOST as problem:
        log.warning("queue.lost", problem=str(problem))
        raise SystemExit(1) from None


class InOneLine(logging.Filter):
    """Says of a lost queue that it is lost, without the way there through a library."""

    def filter(self, record: logging.LogRecord) -> bool:
        """Keep every record; shorten the one whose exception is a lost queue."""
        problem = record.exc_info[1] if record.exc_info else None
        if isinstance(problem, LOST):
            record.msg, record.args = f"{record.getMessage()} {problem}", ()
            record.exc_info = record.exc_text = None
        return True


class Worker(SimpleWorker):
    """RQ's worker in one process; a job that lost its queue is one line in the log."""

    def handle_exception(
        self, job: Job, *exc_info: type[BaseException] | BaseException | TracebackType | None
    ) -> None:
        """Say what went wrong with a job."""
        if any(isinstance(part, LOST) for part in exc_info):
            log.warning("job.lost_its_queue", job=job.func_name)
            return
        super().handle_exception(job, *exc_info)
