"""`omzien up`: one node, in the foreground, until Ctrl-C."""

from __future__ import annotations

import errno
import gc
import http.client
import importlib
import json
import os
import socket
import time
from argparse import Namespace
from collections.abc import Callable
from functools import partial

from sqlalchemy.orm import configure_mappers

from deploy import data_folder, valkey
from deploy.child import Child
from deploy.processes import return_memory, set_name, spare_memory
from deploy.refusals import Refused
from deploy.supervisor import Supervisor
from deploy.words import complain, say, sentence
from federation.settings import Settings
from schemas.errors import AppError
from schemas.messages import N_

PRELOADED = ("node.app", "node.listeners", "deploy.web", "deploy.worker", "deploy.schedule")
PORT_PROBLEMS = {
    errno.EADDRINUSE: N_("Port %(port)s is in use. Stop what runs there, or choose another with --port."),
    errno.EACCES: N_("Port %(port)s is reserved for the system. Choose one above 1023 with --port."),
}
PORT_UNUSABLE = N_(
    "Address %(host)s, port %(port)s cannot be used (%(reason)s). Choose another with --host or --port."
)
PIDS_NAME = "processes.json"
LOCK_PATIENCE = 5.0  # seconds: those of a killed predecessor may still be dying
PORT_PATIENCE = 3.0  # seconds: a stopped predecessor may still be letting go of the port


def run(_arguments: Namespace, settings: Settings) -> int:
    """Prepare the node and run it. Raises Refused when it cannot start."""
    data_folder.prepare(settings)
    handle = data_folder.lock(settings, patience=LOCK_PATIENCE)
    try:
        (settings.data_dir / PIDS_NAME).unlink(missing_ok=True)  # of one that was killed
        check_port(settings)
        data_folder.ensure_secret_key(settings)
        if settings.embeds_valkey:
            valkey.check(settings)
        if run_apart(partial(_bring_up_to_date, settings)):
            return 1
        return supervise(settings, handle)
    finally:
        data_folder.unlock(handle)


def supervise(settings: Settings, lock: int) -> int:
    """Start everything and stay until told to stop; whoever is started holds the lock too."""
    set_name("omzien")
    spare_memory()
    children = children_of(settings)
    preload()
    return Supervisor(children, settings.data_dir / PIDS_NAME, Readiness(settings), lock).run()


def children_of(settings: Settings) -> list[Child]:
    """The processes of a node, first the one that the others need."""
    children = [Child("web", partial(_run_program, "web", settings)), *workers_of(settings)]
    children.append(Child("schedule", partial(_run_program, "schedule", settings)))
    if settings.embeds_valkey:
        is_ready = partial(valkey.answers, settings.valkey_socket)
        children.insert(0, Child("valkey", partial(valkey.run, settings), ends_last=True, is_ready=is_ready))
    return children


def workers_of(settings: Settings) -> list[Child]:
    """The worker processes: ``worker``, ``worker-2`` and so on."""
    names = ["worker", *(f"worker-{number}" for number in range(2, settings.workers + 1))]
    return [Child(name, partial(_run_program, "worker", settings)) for name in names]


def _run_program(name: str, settings: Settings) -> None:
    importlib.import_module(f"deploy.{name}").run(settings)


def preload() -> None:
    """Import the application once, before the children are forked: they share its memory."""
    gc.disable()
    for name in PRELOADED:
        importlib.import_module(name)
    configure_mappers()  # else each child would do so by itself
    gc.collect()
    gc.freeze()
    gc.enable()
    return_memory()


def run_apart(work: Callable[[], None]) -> int:
    """Do ``work`` in a process of its own, whose memory is gone afterwards; its exit status."""
    pid = os.fork()
    if pid:
        return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    try:
        work()
        status = 0
    except AppError as error:
        complain(sentence(error))
        status = 1
    except BaseException as error:  # noqa: BLE001  # the last stop before the end of this process
        complain(f"{type(error).__name__}: {error}")
        status = 1
    os._exit(status)


def _bring_up_to_date(settings: Settings) -> None:
    from deploy.migrate import upgrade  # noqa: PLC0415  # only here, so that Alembic does not stay in memory

    if upgrade(settings):
        say(N_("The database is up to date."))


def check_port(settings: Settings) -> None:
    """Refuse a port that is taken. Raises Refused."""
    deadline = time.monotonic() + PORT_PATIENCE
    while (problem := port_problem(settings)) is not None:
        if problem.errno != errno.EADDRINUSE or time.monotonic() > deadline:
            message = PORT_PROBLEMS.get(problem.errno or 0, PORT_UNUSABLE)
            reason = problem.strerror or str(problem)
            raise Refused(message, host=settings.host, port=settings.port, reason=reason) from problem
        time.sleep(0.2)


def port_problem(settings: Settings) -> OSError | None:
    """Why the web server could not listen, if it could not."""
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((settings.host, settings.port))
        except OSError as error:
            return error
    return None


class Readiness:
    """Says once, when the web server answers, where the node is and what to do first."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.started = time.monotonic()

    def __call__(self) -> bool:
        """True once it was said."""
        health = ask_health(self.settings)
        if health is None:
            return False
        seconds = time.monotonic() - self.started
        say(N_("Ready in %(seconds).1f s: %(url)s"), seconds=seconds, url=address(self.settings))
        if not health.get("setUp"):
            self._invite()
        say(N_("Stop with Ctrl-C."))
        return True

    def _invite(self) -> None:
        from node.communities.setup_code import setup_code  # noqa: PLC0415  # the application is heavy

        url = f"{address(self.settings)}/begin?code={setup_code(self.settings)}"
        say(N_("Set up your village on this page: %(url)s"), url=url)


def address(settings: Settings) -> str:
    """Where a browser on this machine finds the node."""
    if settings.public_url:
        return settings.public_url.rstrip("/")
    host = {"0.0.0.0": "127.0.0.1", "::": "[::1]"}.get(settings.host, settings.host)  # noqa: S104
    return f"http://{host}:{settings.port}"


def ask_health(settings: Settings) -> dict[str, object] | None:
    """What /healthz says; None while it does not answer 200."""
    host = {"0.0.0.0": "127.0.0.1", "::": "::1"}.get(settings.host, settings.host)  # noqa: S104
    connection = http.client.HTTPConnection(host, settings.port, timeout=2)
    try:
        connection.request("GET", "/healthz")
        answer = connection.getresponse()
        body = answer.read()
        return dict(json.loads(body)) if answer.status == 200 else None
    except (OSError, ValueError, http.client.HTTPException):
        return None
    finally:
        connection.close()
