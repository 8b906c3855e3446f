"""What the doctor looks at: each gives a short remark, or raises Refused with what to do."""

from __future__ import annotations

import os
import shutil
import subprocess
import time
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from redis import Redis
from redis.exceptions import RedisError
from rq import Queue, Worker
from sqlalchemy import Engine, inspect, select
from sqlalchemy.exc import SQLAlchemyError

from deploy import data_folder, front_end, migrate, up
from deploy.refusals import Refused
from deploy.words import _
from directory.geography.places import PLACES_FILE
from federation.actors.identities import Identity
from federation.actors.keys import load_keys, multibase_of
from federation.database import make_engine
from federation.queue import QUEUE_NAME
from federation.settings import Settings
from schemas.messages import N_

LONGEST_WAIT = 180  # seconds a wake-up may wait before we worry
BUILT_AFTER = datetime(2026, 11, 1, tzinfo=UTC)


def folder(settings: Settings) -> str:
    """The data folder exists, is ours and is closed to others."""
    where = settings.data_dir.resolve()
    if not where.exists():
        raise Refused(N_("%(folder)s does not exist yet. Start with: omzien up"), folder=str(where))
    if not os.access(where, os.W_OK | os.X_OK):
        raise Refused(N_("%(folder)s is not writable for you. Run this as its owner."), folder=str(where))
    open_ones = [
        str(each) for each in (where, settings.secrets_dir) if each.exists() and each.stat().st_mode & 0o077
    ]
    if open_ones:
        raise Refused(
            N_("Others can look into %(folders)s. Repair it with: chmod 700"), folders=", ".join(open_ones)
        )
    return str(where)


def disk(settings: Settings) -> str:
    """There is room."""
    near = next(
        each for each in (settings.data_dir.resolve(), *settings.data_dir.resolve().parents) if each.exists()
    )
    free = shutil.disk_usage(near).free
    if free < 10 * data_folder.ENOUGH_BYTES:
        raise Refused(N_("Only %(free)s MB left. Make room on this disk."), free=free // 1_000_000)
    return _(N_("%(free)s GB free"), free=free // 1_000_000_000)


def clock(_settings: Settings) -> str:
    """The clock is plausible and kept right: messages of others carry the time."""
    if datetime.now(UTC) < BUILT_AFTER:
        raise Refused(
            N_("The clock is wrong: it says %(now)s. Switch on time synchronisation."), now=_minute()
        )
    program = shutil.which("timedatectl")
    if program:
        command = [program, "show", "--property=NTPSynchronized", "--value"]
        answer = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603
        if answer.returncode == 0 and answer.stdout.strip() == "no":
            raise Refused(N_("Nothing keeps the clock right. Switch it on with: timedatectl set-ntp true"))
    return _minute()


def _minute() -> str:
    return f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC"


def database(settings: Settings) -> str:
    """The database is there and of this program's version."""
    engine = _existing_database(settings)
    try:
        version = migrate.check_version(engine)
    finally:
        engine.dispose()
    if version is None:
        raise Refused(N_("The database is still empty. Start with: omzien up"))
    if version != migrate.newest():
        raise Refused(N_("The database is of an older version. Bring it up to date with: omzien migrate"))
    return f"{engine.dialect.name}, {version}"


def _existing_database(settings: Settings) -> Engine:
    engine = make_engine(settings.resolved_database_url)
    if engine.dialect.name == "sqlite" and not Path(engine.url.database or "").exists():
        raise Refused(N_("There is no database yet. Start with: omzien up"))
    return engine


def secret_key(settings: Settings) -> str:
    """The secret key is there and closed to others."""
    file = settings.secret_key_file
    if settings.secret_key:
        return _(N_("from the environment"))
    if not file.exists():
        raise Refused(
            N_("%(file)s is missing. Put it back from a backup; a new node gets one by: omzien up"),
            file=str(file),
        )
    data_folder.check_mode(file)
    settings.resolved_secret_key  # noqa: B018  # raises when it is unusable
    return _(N_("present"))


def signing_keys(settings: Settings) -> str:
    """Each identity has its keys, and they are the ones that others know."""
    engine = _existing_database(settings)
    try:
        if not inspect(engine).has_table(Identity.__tablename__):
            return _(N_("none yet: the node is not set up"))
        with engine.connect() as connection:
            known = connection.execute(select(Identity.username, Identity.ed25519_multibase)).all()
    except SQLAlchemyError as error:
        raise Refused(N_("The database does not answer. See the line about the database.")) from error
    finally:
        engine.dispose()
    for username, multibase in known:
        if multibase_of(load_keys(settings, username).ed25519.public_key()) != multibase:
            message = N_(
                "The key of %(name)s is not the one that others know. Put the secrets back from a backup."
            )
            raise Refused(message, name=username)
    return ", ".join(username for username, _key in known) or _(N_("none yet: the node is not set up"))


def port(settings: Settings) -> str:
    """Our web server answers, or the port is free for it."""
    running = data_folder.running_port(settings)
    settings = replace(settings, port=running or settings.port)
    health = up.ask_health(settings)
    if health is not None:
        return _(N_("answers at %(url)s"), url=up.address(settings))
    if running:
        message = N_("Omzien runs, but %(url)s does not answer. Look at the lines that 'web' wrote.")
        raise Refused(message, url=up.address(settings))
    up.check_port(settings)
    return _(N_("port %(port)s is free; Omzien does not run now"), port=settings.port)


def queue(settings: Settings) -> str:
    """The queue answers and nothing waits too long."""
    if settings.embeds_valkey and not data_folder.is_running(settings):
        return _(N_("starts with: omzien up"))
    rq = Queue(QUEUE_NAME, connection=_redis(settings))
    try:
        jobs = rq.get_jobs(0, 1)
        waiting = time.time() - jobs[0].enqueued_at.timestamp() if jobs and jobs[0].enqueued_at else 0.0
        count = rq.count
    except RedisError as error:
        message = N_("The queue at %(url)s does not answer. Is Valkey running?")
        raise Refused(message, url=settings.resolved_redis_url) from error
    if waiting > LONGEST_WAIT:
        raise Refused(
            N_("Work has waited for %(seconds)s seconds. Is the worker running?"), seconds=int(waiting)
        )
    return _(N_("answers; %(count)s waiting"), count=count)


def worker(settings: Settings) -> str:
    """A worker is alive."""
    if settings.embeds_valkey and not data_folder.is_running(settings):
        return _(N_("starts with: omzien up"))
    try:
        count = Worker.count(connection=_redis(settings))
    except RedisError as error:
        raise Refused(N_("The queue does not answer. See the line about the queue.")) from error
    if not count:
        raise Refused(N_("No worker is running: messages stay where they are. Start again with: omzien up"))
    return _(N_("%(count)s running"), count=count)


def _redis(settings: Settings) -> Redis:
    return Redis.from_url(settings.resolved_redis_url, socket_connect_timeout=2, socket_timeout=2)


def web_files(_settings: Settings) -> str:
    """All front-end files are there, unchanged."""
    wrong = front_end.wrong_files()
    if wrong:
        message = N_("Missing or changed: %(names)s. Remove node/static/vendor and run: omzien install")
        raise Refused(message, names=", ".join(wrong))
    return _(N_("%(count)s files, unchanged"), count=len(front_end.wanted()))


def places(_settings: Settings) -> str:
    """The list of places was made."""
    if not PLACES_FILE.exists():
        raise Refused(N_("The list of places is missing. Make it with: omzien install"))
    return _(N_("%(size)s kB"), size=PLACES_FILE.stat().st_size // 1000)
