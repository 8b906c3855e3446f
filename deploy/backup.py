"""`omzien backup`: database, secrets and settings of one moment in one file; the node may go on running."""

from __future__ import annotations

import dataclasses
import io
import json
import os
import shutil
import subprocess
import tarfile
import tempfile
from argparse import Namespace
from pathlib import Path

from sqlalchemy import make_url

from deploy.data_folder import check_room
from deploy.migrate import check_version, copy_sqlite
from deploy.refusals import Refused
from deploy.words import say
from federation.database import make_engine, now
from federation.settings import Settings
from schemas.messages import N_

FORMAT = 1
SQLITE_NAME, POSTGRES_NAME = "database.sqlite3", "database.dump"


def run(arguments: Namespace, settings: Settings) -> int:
    """Write the backup and say how large it is."""
    write(settings, arguments.file)
    size = arguments.file.stat().st_size / 1_000_000
    say(N_("Kept in %(file)s (%(size).1f MB)."), file=str(arguments.file), size=size)
    say(N_("This file holds your secret keys. Keep it somewhere safe, and not only on this computer."))
    return 0


def write(settings: Settings, file: Path) -> None:
    """Write the backup, complete or not at all. Raises Refused."""
    version = _version(settings)
    check_room(settings)
    fresh = file.with_name(file.name + ".unfinished")
    try:
        handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "wb") as target, tarfile.open(fileobj=target, mode="w:gz") as archive:
            _fill(archive, settings, version)
        fresh.replace(file)
    except OSError as error:
        raise Refused(
            N_("The backup %(file)s cannot be written: %(reason)s."),
            file=str(file),
            reason=error.strerror or str(error),
        ) from error
    finally:
        fresh.unlink(missing_ok=True)


def _version(settings: Settings) -> str:
    engine = make_engine(settings.resolved_database_url)
    try:
        if engine.dialect.name == "sqlite" and not Path(engine.url.database or "").exists():
            raise Refused(N_("There is nothing to keep yet in %(folder)s."), folder=str(settings.data_dir))
        version = check_version(engine)
    finally:
        engine.dispose()
    if version is None:
        raise Refused(N_("There is nothing to keep yet in %(folder)s."), folder=str(settings.data_dir))
    return version


def _fill(archive: tarfile.TarFile, settings: Settings, version: str) -> None:
    manifest = {"format": FORMAT, "version": version, "created_at": now().isoformat()}
    _add(archive, "manifest.json", json.dumps(manifest, indent=2))
    _add(archive, "settings.json", json.dumps(chosen_settings(settings), indent=2))
    with tempfile.TemporaryDirectory(dir=settings.data_dir) as folder:
        dump = _dump(settings, Path(folder))
        archive.add(dump, dump.name)
    for secret in sorted(settings.secrets_dir.glob("*")):
        archive.add(secret, f"secrets/{secret.name}", recursive=False)


def _add(archive: tarfile.TarFile, name: str, content: str) -> None:
    entry = tarfile.TarInfo(name)
    data = content.encode()
    entry.size, entry.mode = len(data), 0o600
    archive.addfile(entry, io.BytesIO(data))


def chosen_settings(settings: Settings) -> dict[str, str]:
    """The settings that differ from their default, by variable."""
    chosen = {}
    for each in dataclasses.fields(Settings):
        value = getattr(settings, each.name)
        if value != each.default:
            chosen[each.metadata["env"]] = str(int(value)) if isinstance(value, bool) else str(value)
    return chosen


def _dump(settings: Settings, folder: Path) -> Path:
    url = make_url(settings.resolved_database_url)
    if url.get_backend_name() == "sqlite":
        copy_sqlite(Path(url.database or ""), folder / SQLITE_NAME)
        return folder / SQLITE_NAME
    run_postgres("pg_dump", settings, "--format=custom", "--no-owner", f"--file={folder / POSTGRES_NAME}")
    return folder / POSTGRES_NAME


def run_postgres(program: str, settings: Settings, *words: str) -> None:
    """Run one of PostgreSQL's own programs on the database. Raises Refused."""
    path = shutil.which(program)
    if path is None:
        message = N_(
            "%(program)s is needed for a PostgreSQL database. On Debian: apt install postgresql-client"
        )
        raise Refused(message, program=program)
    url = make_url(settings.resolved_database_url).set(drivername="postgresql")
    secret = {"PGPASSWORD": str(url.password)} if url.password else {}
    address = url.set(password=None).render_as_string()
    command = [path, *words, f"--dbname={address}"]
    done = subprocess.run(  # noqa: S603  # our own words
        command, env={**os.environ, **secret}, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise Refused(
            N_("%(program)s failed: %(reason)s"), program=program, reason=done.stderr.strip()[-400:]
        )
