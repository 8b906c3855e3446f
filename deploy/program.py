"""One process of a node by itself: what a container or a service unit runs."""

from __future__ import annotations

import importlib
from argparse import Namespace

from deploy import setup_code
from deploy.processes import set_name, spare_memory
from federation.settings import Settings


def run(arguments: Namespace, settings: Settings) -> int:
    """Run the web server, the worker or the schedule until told to stop."""
    spare_memory()
    set_name(f"omzien-{arguments.command}")
    settings.resolved_secret_key  # noqa: B018  # refuse to start without it
    if arguments.command == "web":
        setup_code.ensure(settings)
    importlib.import_module(f"deploy.{arguments.command}").run(settings)
    return 0
