"""The data folder: made for its owner alone, locked by one supervisor, with the secret key in it."""

from __future__ import annotations

import fcntl
import os
import secrets
import shutil
import time
from pathlib import Path

from sqlalchemy import inspect

from deploy.refusals import Refused
from federation.database import make_engine
from federation.settings import Settings
from schemas.messages import N_

LOCK_NAME = "omzien.lock"
ENOUGH_BYTES = 50_000_000


def prepare(settings: Settings) -> None:
    """Make the folder and its secrets folder, mode 0700. Raises Refused."""
    for folder in (settings.data_dir, settings.secrets_dir, settings.valkey_socket.parent):
        _make_private(folder)
    check_room(settings)


def check_room(settings: Settings) -> None:
    """Refuse a disk that is nearly full. Raises Refused."""
    free = shutil.disk_usage(settings.data_dir).free
    if free < ENOUGH_BYTES:
        message = N_("The disk of %(folder)s is full: %(free)s MB left. Make room and try again.")
        raise Refused(message, folder=str(settings.data_dir), free=free // 1_000_000)


def _make_private(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        if folder.stat().st_uid == os.getuid():
            folder.chmod(0o700)
    except OSError as error:
        message = N_("The folder %(folder)s cannot be made: %(reason)s. Choose another one with --data.")
        raise Refused(message, folder=str(folder), reason=error.strerror or str(error)) from error
    if not os.access(folder, os.W_OK | os.X_OK) or folder.stat().st_uid not in {os.getuid(), 0}:
        message = N_(
            "The folder %(folder)s is not writable for you. Ask its owner, or choose another with --data."
        )
        raise Refused(message, folder=str(folder))


def lock(settings: Settings, patience: float = 0.0) -> int:
    """Claim the folder until this process and all that hold its handle have ended. Raises Refused.

    The processes of a node hold it as well, so whoever has it after a kill has the folder for itself.
    Waits up to ``patience`` seconds.
    """
    handle = os.open(settings.data_dir / LOCK_NAME, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    try:
        _claim(handle, time.monotonic() + patience)
    except BlockingIOError as error:
        pid, _space, port = os.read(handle, 40).decode().partition(" ")
        os.close(handle)
        message = N_("Omzien already runs with the folder %(folder)s (process %(pid)s). Stop that one first.")
        raise Refused(message, folder=str(settings.data_dir), pid=pid or "?", port=port) from error
    os.ftruncate(handle, 0)
    os.pwrite(handle, f"{os.getpid()} {settings.port}".encode(), 0)
    return handle


def _claim(handle: int, deadline: float) -> None:
    while True:
        try:
            return fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            if time.monotonic() >= deadline:
                raise
            time.sleep(0.1)


def unlock(handle: int) -> None:
    """Let go of the folder."""
    os.close(handle)


def running_port(settings: Settings) -> int | None:
    """The port of the node that runs with this folder, if one does."""
    try:
        handle = lock(settings)
    except Refused as refused:
        port = str(refused.params["port"])
        return int(port) if port.isdigit() else settings.port
    except OSError:
        return None
    unlock(handle)
    return None


def is_running(settings: Settings) -> bool:
    """Whether a supervisor holds the folder."""
    return running_port(settings) is not None


def ensure_secret_key(settings: Settings) -> None:
    """Make the secret key of a node that has no database yet; refuse to lose that of one that has.

    Raises Refused: without its key, stored second factors and sessions cannot be read.
    """
    if settings.secret_key:
        return
    if not settings.secret_key_file.exists():
        if has_tables(settings):
            message = N_(
                "The secret key %(file)s is missing while there is a database. "
                "Put it back from a backup, or set OMZIEN_SECRET_KEY."
            )
            raise Refused(message, file=str(settings.secret_key_file))
        write_secret(settings.secret_key_file, secrets.token_urlsafe(48))
    check_mode(settings.secret_key_file)
    settings.resolved_secret_key  # noqa: B018  # raises when it is unusable


def check_mode(file: Path) -> None:
    """Refuse a secret that others can read. Raises Refused."""
    if file.stat().st_mode & 0o077:
        message = N_("Others can read %(file)s. Repair it with: chmod 600 %(file)s")
        raise Refused(message, file=str(file))


def write_secret(file: Path, content: str) -> None:
    """Write a file that only its owner can read, complete or not at all."""
    fresh = file.with_name(file.name + ".new")
    handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(handle, "w") as target:
        target.write(content)
        target.flush()
        os.fsync(target.fileno())
    fresh.replace(file)


def has_tables(settings: Settings) -> bool:
    """True when the database holds anything at all."""
    url = settings.resolved_database_url
    if url.startswith("sqlite:///") and not Path(url.removeprefix("sqlite:///")).exists():
        return False
    engine = make_engine(url)
    try:
        return bool(inspect(engine).get_table_names())
    finally:
        engine.dispose()
