"""What every process of a node holds: settings, database, queue.

The web server and the worker build it once at start; jobs reach it through `runtime()`,
because RQ hands them only their arguments.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from sqlalchemy.orm import Session

from federation.database import Database
from federation.queue import Queue
from federation.settings import Settings, load_settings
from federation.timers import forget


@dataclass(frozen=True)
class Runtime:
    """The long-lived parts of one process."""

    settings: Settings
    database: Database
    queue: Queue

    def close(self) -> None:
        """Let go of all connections."""
        forget(self.queue)
        self.database.dispose()
        self.queue.redis.close()


def build_runtime(settings: Settings) -> Runtime:
    """Open the parts; nothing is connected before first use."""
    queue = Queue(settings.resolved_redis_url)
    database = Database(settings.resolved_database_url, queue)
    return Runtime(settings=settings, database=database, queue=queue)


_installed: list[Runtime] = []


def install(built: Runtime) -> None:
    """Make ``built`` the runtime that jobs of this process use."""
    _installed[:] = [built]


def runtime() -> Runtime:
    """The runtime of this worker process; built from the environment unless one was installed."""
    if not _installed:
        install(build_runtime(load_settings()))
    return _installed[0]


@contextmanager
def job_session() -> Iterator[Session]:
    """A writing session for a job; commits are the job's."""
    with runtime().database.session(write=True) as session:
        yield session
