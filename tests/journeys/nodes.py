"""One node as an operator runs it: the supervisor as a process of its own, with its own data folder."""

from __future__ import annotations

import contextlib
import json
import os
import random
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import requests

from tests.journeys.recording import Recording, RecordingProxy

ROOT = Path(__file__).resolve().parents[2]
PATIENCE = 60.0  # seconds for a node to be ready; a limit, not an expectation


class Node:
    """A node behind a recording proxy; the proxy's address is the one the world uses."""

    def __init__(self, name: str, folder: Path, *, host: str = "127.0.0.1", **environment: str) -> None:
        self.name = name
        self.folder = folder / name
        self.folder.mkdir(mode=0o700)
        self.log = folder / f"{name}.log"
        public_port, self.port = free_port(), free_port()
        self.url = f"http://{host}:{public_port}"
        self.proxy = RecordingProxy(public_port, self.port)
        self.environment = {
            **_bare_environment(),
            "OMZIEN_DATA_DIR": str(self.folder),
            "OMZIEN_PORT": str(self.port),
            "OMZIEN_PUBLIC_URL": self.url,
            "OMZIEN_ALLOW_LOOPBACK": "1",
            "OMZIEN_RELAY_INTERVAL": "1",
            **environment,
        }
        self.process: subprocess.Popen[bytes] | None = None
        self.program: tuple[str, ...] = ("-m", "deploy", "up")
        """What Python runs."""

    @property
    def host(self) -> str:
        """Host and port, as in a handle."""
        return self.url.removeprefix("http://")

    @property
    def recording(self) -> Recording:
        """What strangers and other nodes asked of this node, and what it answered."""
        return self.proxy.recording

    def start(self) -> None:
        """Start the supervisor and return at once."""
        with self.log.open("ab") as log:
            self.process = subprocess.Popen(
                [sys.executable, *self.program],
                cwd=ROOT,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def wait_until_ready(self, seconds: float = PATIENCE) -> dict[str, Any]:
        """What /healthz says once it says 200."""
        wait_for(self._health, f"{self.name} to be ready", seconds, self)
        return dict(requests.get(f"http://127.0.0.1:{self.port}/healthz", timeout=5).json())

    def _health(self) -> bool:
        if self.process is not None and self.process.poll() is not None:
            raise AssertionError(f"{self.name} ended with {self.process.returncode}: {self.last_words()}")
        try:
            return requests.get(f"http://127.0.0.1:{self.port}/healthz", timeout=5).status_code == 200
        except requests.RequestException:
            return False

    def pids(self) -> dict[str, int]:
        """The processes of this node by name."""
        return dict(json.loads((self.folder / "processes.json").read_text()))

    def kill(self, name: str) -> int:
        """kill -9 one process; returns its pid."""
        pid = self.pids()[name]
        os.kill(pid, signal.SIGKILL)
        if name == "supervisor" and self.process is not None:
            self.process.wait(10)
        return pid

    def stop(self) -> None:
        """Ask the supervisor to stop, and make sure that it does."""
        if self.process is None or self.process.poll() is not None:
            return
        self.process.terminate()
        try:
            self.process.wait(20)
        except subprocess.TimeoutExpired:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self.process.pid, signal.SIGKILL)
            self.process.wait(10)

    def close(self) -> None:
        """Stop the node and its proxy."""
        self.stop()
        self.proxy.close()

    def command(self, *arguments: str, seconds: float = 120) -> str:
        """Run a command line of this node; a failure fails the test."""
        done = subprocess.run(
            [sys.executable, "-m", "deploy", *arguments],
            cwd=ROOT,
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=seconds,
            check=False,
        )
        assert done.returncode == 0, f"{arguments}: {done.stdout}{done.stderr}"
        return done.stdout

    def last_words(self, lines: int = 40) -> str:
        """The end of its log, for a failing test."""
        return (
            "\n".join(self.log.read_text(errors="replace").splitlines()[-lines:]) if self.log.exists() else ""
        )


def wait_for(fits: Callable[[], Any], what: str, seconds: float = 30, *nodes: Node) -> Any:
    """The first true thing that ``fits`` gives; fails with the nodes' last words when none comes in time."""
    deadline = time.monotonic() + seconds
    pause = 0.1
    while time.monotonic() < deadline:
        found = fits()
        if found:
            return found
        time.sleep(pause)
        pause = min(1.0, pause * 1.3)
    words = "".join(f"\n--- {node.name}\n{node.last_words()}" for node in nodes)
    raise AssertionError(f"waited {seconds:.0f} s in vain for {what}{words}")


def free_port() -> int:
    """A loopback port that nobody listens on now, nor will: the kernel gives connections higher ones.

    So it is still free when a node starts again, and for a test that runs beside this one.
    """
    while True:
        port = random.randrange(10_000, 32_000)
        with socket.socket() as probe, contextlib.suppress(OSError):
            probe.bind(("127.0.0.1", port))
            return port


def _bare_environment() -> dict[str, str]:
    """Nothing of the developer's own settings reaches a test's node."""
    kept = ("PATH", "HOME", "TMPDIR", "VIRTUAL_ENV")
    plain = {name: os.environ[name] for name in kept if name in os.environ}
    return plain | {"PYTHONPATH": str(ROOT), "LANG": "C.UTF-8", "MALLOC_ARENA_MAX": "2"}
