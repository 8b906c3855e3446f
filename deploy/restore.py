"""`omzien restore`: put a backup back; what was there is kept aside, never thrown away."""

from __future__ import annotations

import json
import tarfile
import tempfile
from argparse import Namespace
from pathlib import Path
from typing import Any

from sqlalchemy import make_url

from deploy import data_folder
from deploy.backup import FORMAT, POSTGRES_NAME, SQLITE_NAME, chosen_settings, run_postgres
from deploy.migrate import knows
from deploy.refusals import Refused
from deploy.words import say
from federation.database import now
from federation.settings import Settings
from schemas.messages import N_


def run(arguments: Namespace, settings: Settings) -> int:
    """Restore, and name the settings that were different."""
    stored = read(settings, arguments.file, force=arguments.force)
    say(N_("The backup of %(day)s is back in %(folder)s."), day=stored["day"], folder=str(settings.data_dir))
    for variable, value in sorted(stored["settings"].items()):
        if chosen_settings(settings).get(variable) != value and variable != "OMZIEN_DATA_DIR":
            say(N_("Then, this setting was %(variable)s=%(value)s"), variable=variable, value=value)
    say(N_("Start it with: omzien up"))
    return 0


def read(settings: Settings, file: Path, *, force: bool) -> dict[str, Any]:
    """Put the backup in place of what is there; its day and settings. Raises Refused."""
    data_folder.prepare(settings)
    handle = data_folder.lock(settings)
    with tempfile.TemporaryDirectory(dir=settings.data_dir, prefix="restore-") as folder:
        found = _unpack(file, Path(folder))
        _check(settings, found, Path(folder), force=force)
        _put_back(settings, Path(folder))
        stored = json.loads((Path(folder) / "settings.json").read_text())
    data_folder.unlock(handle)
    return {"day": found["created_at"][:10], "settings": stored}


def _unpack(file: Path, folder: Path) -> dict[str, Any]:
    try:
        with tarfile.open(file, "r:gz") as archive:
            archive.extractall(folder, filter="data")  # refuses links and paths that lead outside
        manifest: dict[str, Any] = json.loads((folder / "manifest.json").read_text())
        if manifest["format"] != FORMAT or not (folder / "settings.json").is_file():
            raise KeyError("format")
    except (OSError, tarfile.TarError, ValueError, KeyError, EOFError) as error:
        message = N_("%(file)s is not a backup of Omzien, or it is damaged (%(reason)s).")
        raise Refused(message, file=str(file), reason=str(error)) from error
    return manifest


def _check(settings: Settings, manifest: dict[str, Any], folder: Path, *, force: bool) -> None:
    if not knows(manifest["version"]):
        message = N_("This backup was made by a newer Omzien (version %(version)s). Install that one first.")
        raise Refused(message, version=manifest["version"])
    if not (folder / _database_name(settings)).is_file():
        raise Refused(N_("This backup is of another kind of database. Set DATABASE_URL as it was then."))
    if data_folder.has_tables(settings) and not force:
        message = N_("There is a node in %(folder)s already. With --force it is put aside and replaced.")
        raise Refused(message, folder=str(settings.data_dir))


def _database_name(settings: Settings) -> str:
    backend = make_url(settings.resolved_database_url).get_backend_name()
    return SQLITE_NAME if backend == "sqlite" else POSTGRES_NAME


def _put_back(settings: Settings, folder: Path) -> None:
    aside = settings.data_dir / f"before-restore-{now():%Y%m%d-%H%M%S}"
    aside.mkdir(mode=0o700)
    _replace(settings.secrets_dir, folder / "secrets", aside)
    if _database_name(settings) == POSTGRES_NAME:
        run_postgres("pg_restore", settings, "--clean", "--if-exists", "--no-owner", "--single-transaction",
                     str(folder / POSTGRES_NAME))  # fmt: skip
        return
    database = Path(make_url(settings.resolved_database_url).database or "")
    for leftover in (f"{database}-wal", f"{database}-shm"):
        _replace(Path(leftover), None, aside)
    _replace(database, folder / SQLITE_NAME, aside)
    database.chmod(0o600)


def _replace(here: Path, by: Path | None, aside: Path) -> None:
    if here.exists():
        here.rename(aside / here.name)
    if by is not None and by.exists():
        by.rename(here)
