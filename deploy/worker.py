"""The worker: runs what the queue asks for, one job at a time, in this process."""

from __future__ import annotations

from rq import Queue
from sqlalchemy import select
from sqlalchemy.exc import SQLAlchemyError

import node.listeners  # noqa: F401  # every inbox listener, so that a message finds its own
from deploy.logs import configure
from deploy.queue_loss import Worker, ending_with_the_queue
from federation import runtime as runtime_module
from federation.actors.identities import Identity
from federation.actors.keys import load_keys
from federation.queue import QUEUE_NAME
from federation.runtime import Runtime, build_runtime
from federation.settings import Settings
from schemas.errors import AppError

JOBS_PER_LIFE = 20_000  # then the supervisor starts a fresh one: memory cannot creep up for ever


def run(settings: Settings) -> None:
    """Work until told to stop."""
    configure(settings)
    runtime = build_runtime(settings)
    runtime_module.install(runtime)
    warm_keys(runtime)
    queue = Queue(QUEUE_NAME, connection=runtime.queue.redis)
    with ending_with_the_queue():
        worker = Worker([queue], connection=runtime.queue.redis)
        worker.work(logging_level="WARNING", max_jobs=JOBS_PER_LIFE)
    runtime.close()


def warm_keys(runtime: Runtime) -> None:
    """Read our private keys now, so that the first delivery need not wait; nothing to do before set-up."""
    try:
        with runtime.database.session(write=False) as session:
            for identity in session.scalars(select(Identity)):
                load_keys(runtime.settings, identity.username)
    except (AppError, SQLAlchemyError):
        return  # the job that needs a key says what is wrong with it
