"""The queue: RQ on Valkey, used only to say "there is work".

What the work is stands in the database. Valkey may be flushed or down at any moment: the
sweep of the schedule finds whatever a lost wake-up forgot.
"""

from __future__ import annotations

import structlog
from redis import Redis
from redis.exceptions import RedisError
from rq import Queue as RqQueue
from sqlalchemy import event
from sqlalchemy.orm import Session

log = structlog.get_logger(__name__)

QUEUE_NAME = "omzien"
JOB_TIMEOUT = 600  # seconds
_FLAG_TTL = 300  # seconds; a wake-up lost with its worker is asked for again after this


class Queue:
    """Wakes the worker for a named job, at most one waiting wake-up per job and arguments."""

    def __init__(self, redis_url: str) -> None:
        self.redis = Redis.from_url(redis_url, socket_connect_timeout=2, socket_timeout=60)
        self._rq = RqQueue(QUEUE_NAME, connection=self.redis)

    def wake(self, job: str, *args: str) -> bool:
        """Ask a worker to run ``job`` (dotted path). False when the queue cannot be reached."""
        try:
            if self.redis.set(_flag(job, *args), 1, nx=True, ex=_FLAG_TTL):
                self._rq.enqueue_call(job, args=args, timeout=JOB_TIMEOUT, result_ttl=0, failure_ttl=86400)
        except RedisError as error:
            log.warning("queue.unreachable", job=job, error=str(error))
            return False
        return True

    def starting(self, job: str, *args: str) -> None:
        """A job calls this before it looks at the rows, so that later wake-ups count anew."""
        try:
            self.redis.delete(_flag(job, *args))
        except RedisError as error:
            log.warning("queue.unreachable", job=job, error=str(error))


def wake_after_commit(session: Session, job: str, *args: str) -> None:
    """Remember that ``job`` has work once this session has committed."""
    session.info.setdefault("wake", {})[(job, *args)] = True


@event.listens_for(Session, "after_commit")
def _send_wake_ups(session: Session) -> None:
    for job, *args in session.info.pop("wake", {}):
        session.info["queue"].wake(job, *args)


@event.listens_for(Session, "after_rollback")
def _forget_wake_ups(session: Session) -> None:
    session.info.pop("wake", None)


def _flag(job: str, *args: str) -> str:
    return ":".join(("omzien:wake", job, *args))
