"""Starts the Fedify peer as its own process and speaks to its control endpoint."""

from __future__ import annotations

import json
import os
import subprocess
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.journeys.nodes import free_port

HERE = Path(__file__).parent


class Peer:
    """A running Fedify peer with one account, ``@anna``."""

    def __init__(self, origin: str) -> None:
        self.origin = origin
        me = self.ask("me")
        self.actor, self.handle = me["actor"], me["handle"]

    def ask(self, action: str, **arguments: Any) -> Any:
        """Let the peer do something; returns what it says of it."""
        body = json.dumps(arguments).encode()
        asked = urllib.request.Request(f"{self.origin}/control/{action}", body)
        try:
            with urllib.request.urlopen(asked, timeout=30) as answer:
                return json.load(answer)
        except urllib.error.HTTPError as error:
            raise AssertionError(f"the peer could not {action}: {error.read().decode()}") from error

    def wait_for(
        self, fits: Callable[[dict[str, Any]], bool], what: str, seconds: float = 30
    ) -> dict[str, Any]:
        """The first received activity that fits."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            received = self.ask("received")
            for activity in received:
                if fits(activity):
                    return dict(activity)
            time.sleep(0.3)
        seen = [(one["type"], one["id"]) for one in self.ask("received")]
        raise AssertionError(f"the peer never received {what}; it has {seen}")


def node_binary() -> Path:
    """The Node 22 from the lock: Fedify 2 needs it, Debian has an older one."""
    machine = {"x86_64": "x64", "aarch64": "arm64"}[os.uname().machine]
    binary = HERE / "node_modules" / f"node-linux-{machine}" / "bin" / "node"
    if not binary.exists():
        raise FileNotFoundError("Run `npm ci` in tests/interop first; `./omzien test` does.")
    return binary


@contextmanager
def fedify_peer() -> Iterator[Peer]:
    """The peer while the block runs."""
    port = free_port()
    command = [str(node_binary()), str(HERE / "peer.mjs"), str(port)]
    process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)
    try:
        assert process.stdout is not None
        first_line = process.stdout.readline()
        assert first_line == "ready\n", "the Fedify peer did not start"
        yield Peer(f"http://127.0.0.1:{port}")
    finally:
        process.terminate()
        process.wait(10)
        if process.stdout:
            process.stdout.close()
