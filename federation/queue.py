"""The queue: RQ on Valkey, used only to say "there is work".

What the work is stands in the database. Valkey may be flushed or down at any moment: the
sweep of the schedule finds whatever a lost wake-up forgot.
"""

from __future__ import annotations

from typing import Any

import structlog
from redis import Redis
from redis.exceptions import RedisError
from rq import Queue as RqQueue
from sqlalchemy import event
from sqlalchemy.orm import Session

log = structlog.get_logger(__name__)

QUEUE_NAME = "omzien"
JOB_TIMEOUT = 600  # seconds
_MEMORY = 86_400  # seconds that the last wake-up of a job is remembered


class Queue:
    """Wakes the worker for a named job, at most one waiting wake-up per job and arguments."""

    def __init__(self, redis_url: str) -> None:
        self.redis = Redis.from_url(redis_url, socket_connect_timeout=2, socket_timeout=60)
        self._rq = RqQueue(QUEUE_NAME, connection=self.redis)

    def wake(self, job: str, *args: str) -> bool:
        """Ask a worker to run ``job`` (dotted path). False when the queue cannot be reached."""
        last = _last(job, *args)
        try:
            if not self._is_waiting(last):
                made = self._rq.enqueue_call(
                    job, args=args, timeout=JOB_TIMEOUT, result_ttl=0, failure_ttl=86400
                )
                self.redis.set(last, made.id, ex=_MEMORY)
        except RedisError as error:
            log.warning("queue.unreachable", job=job, error=str(error))
            return False
        return True

    def _is_waiting(self, last: str) -> bool:
        """Whether the last wake-up of a job is still in line.

        The line itself is asked: a worker or a Valkey that died in between must not leave a mark
        behind that holds up the next wake-up.
        """
        waiting: Any = self.redis.get(last)
        return waiting is not None and self.redis.lpos(self._rq.key, waiting) is not None


def wake_after_commit(session: Session, job: str, *args: str) -> None:
    """Remember that ``job`` has work once this session has committed."""
    session.info.setdefault("wake", {})[(job, *args)] = True


@event.listens_for(Session, "after_commit")
def _send_wake_ups(session: Session) -> None:
    if session.in_nested_transaction():  # the end of a savepoint: nobody else sees the work yet
        return
    for job, *args in session.info.pop("wake", {}):
        session.info["queue"].wake(job, *args)


@event.listens_for(Session, "after_rollback")
def _forget_wake_ups(session: Session) -> None:
    if not session.in_nested_transaction():
        session.info.pop("wake", None)


def _last(job: str, *args: str) -> str:
    return ":".join(("omzien:wake", job, *args))
