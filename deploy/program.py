"""One process of a node by itself: what a container or a service unit runs."""

from __future__ import annotations

import importlib
import os
from argparse import Namespace

from deploy.processes import set_name, spare_memory
from deploy.supervisor import Supervisor
from deploy.up import address, preload, workers_of
from deploy.words import say
from federation.settings import Settings
from schemas.messages import N_


def run(arguments: Namespace, settings: Settings) -> int:
    """Run the web server, the worker or the schedule until told to stop."""
    spare_memory()
    set_name(f"omzien-{arguments.command}")
    settings.resolved_secret_key  # noqa: B018  # refuse to start without it
    if arguments.command == "web":
        _invite(settings)
    if arguments.command == "worker" and settings.workers > 1:
        return _run_workers(settings)
    importlib.import_module(f"deploy.{arguments.command}").run(settings)
    return 0


def _run_workers(settings: Settings) -> int:
    """Several workers under a supervisor of their own, which shares the imported application among them."""
    preload()
    pid_file = settings.data_dir / f"workers-{os.getpid()}.json"
    return Supervisor(workers_of(settings), pid_file, lambda: True).run()


def _invite(settings: Settings) -> None:
    """Write the address of the set-up with its code to the log, while there is no community yet."""
    from federation.runtime import build_runtime  # noqa: PLC0415  # only the web server needs all this
    from node.communities.models import find_community  # noqa: PLC0415
    from node.communities.setup_code import setup_code  # noqa: PLC0415

    runtime = build_runtime(settings)
    with runtime.database.session(write=False) as session:
        if find_community(session) is None:
            url = f"{address(settings)}/begin?code={setup_code(settings)}"
            say(N_("Set up your village on this page: %(url)s"), url=url)
    runtime.close()
