"""The web server: granian with the whole application, one process by default.

Of several processes the application is built once, before granian forks them, so that they share its memory.
One builds it by itself: the process that watches it would keep a copy of nearly all of that.
"""

from __future__ import annotations

import gc
import multiprocessing
import os
from typing import Any

from flask import Flask
from granian.constants import Interfaces
from granian.log import LogLevels
from granian.server import MPServer

from deploy.logs import configure
from deploy.processes import die_with_parent, set_name
from federation.settings import Settings
from node.app import create_app

GRACE = 8  # seconds a request may take to end


def run(settings: Settings) -> None:
    """Serve until told to stop."""
    configure(settings)
    shared = _build(settings) if settings.web_workers > 1 else None
    multiprocessing.set_start_method("fork", force=True)
    main = os.getpid()

    def load() -> Any:
        die_with_parent(main)
        set_name("omzien-web-work")
        if shared is None:
            return _build(settings)
        forget_connections(shared)
        return shared

    server(settings).serve(target_loader=load, wrap_loader=False)


def _build(settings: Settings) -> Flask:
    app = create_app(settings)
    gc.collect()
    gc.freeze()  # what is shared now stays shared: the collector leaves it alone
    return app


def server(settings: Settings) -> MPServer:
    """Granian with our settings."""
    return MPServer(
        "node.app:create_app",
        address=settings.host,
        port=settings.port,
        interface=Interfaces.WSGI,
        workers=settings.web_workers,
        blocking_threads=settings.web_threads,
        backpressure=settings.web_threads * 16,
        websockets=False,
        # one that falls ends the program, and who watches that starts it again, later and later
        respawn_failed_workers=settings.web_workers > 1,
        workers_kill_timeout=GRACE,
        log_level=LogLevels.error,
    )


def forget_connections(app: Flask) -> None:
    """In a new process: leave the parent's database connections to the parent."""
    app.extensions["omzien"].database.engine.dispose(close=False)
