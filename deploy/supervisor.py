"""The supervisor: starts the processes of one node, starts a fallen one again, stops all of them cleanly."""

from __future__ import annotations

import contextlib
import json
import os
import selectors
import signal
import time
from collections.abc import Callable
from pathlib import Path
from types import FrameType

from deploy.child import Child
from deploy.words import say, show
from schemas.messages import N_

GRACE = 10.0  # seconds for the children to end by themselves
TICK = 0.25  # seconds


class Supervisor:
    """Runs children until a signal asks it to stop.

    ``on_tick`` is called a few times a second, and ends by returning True (readiness, mostly).
    ``keep`` is an open file that the children hold as well: the lock of what they work in.
    """

    def __init__(
        self, children: list[Child], pid_file: Path, on_tick: Callable[[], bool], keep: int = -1
    ) -> None:
        self.children = children
        self.pid_file = pid_file
        self.on_tick = on_tick
        self.keep = keep
        self.stopping = False
        self._ticking = True
        self._pipes = selectors.DefaultSelector()
        self._width = max(len(child.name) for child in children)

    def run(self) -> int:
        """Run until stopped; the exit status."""
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, self._stop)
        try:
            while not self.stopping:
                self._turn()
        finally:
            self._end_children()
            self.pid_file.unlink(missing_ok=True)
        return 0

    def _stop(self, _number: int, _frame: FrameType | None) -> None:
        self.stopping = True

    def _turn(self) -> None:
        for child in self.children:
            if not child.is_alive and time.monotonic() >= child.start_after and not self.stopping:
                self._start(child)
            if not child.is_ready():
                break
        self._read(TICK)
        self._reap()
        if self._ticking and self.on_tick():
            self._ticking = False

    def _start(self, child: Child) -> None:
        self._leave_output(child)
        child.start(self.keep)
        self._pipes.register(child.output, selectors.EVENT_READ, child)
        self._write_pids()

    def _read(self, timeout: float) -> None:
        for key, _events in self._pipes.select(timeout):
            self._show_output(key.data)

    def _show_output(self, child: Child) -> None:
        pipe = child.output
        lines = child.read_lines()
        if child.output == -1:
            self._pipes.unregister(pipe)
        for line in lines:
            with contextlib.suppress(OSError):  # a log that cannot be written ends no node
                show(f"{child.name:<{self._width}} │ {line}")

    def _leave_output(self, child: Child) -> None:
        """Let go of what the fallen one wrote to: unread, it would wake us for ever."""
        if child.output != -1:
            self._show_output(child)
        if child.output != -1:
            self._pipes.unregister(child.output)
            child.close_output()

    def _reap(self) -> None:
        for child in self.children:
            status = child.reap()
            if status is None:
                continue
            self._write_pids()
            if not self.stopping and status != 0:
                pause = max(0.0, child.start_after - time.monotonic())
                message = N_("%(name)s stopped (%(status)s); it starts again in %(pause).1f s")
                with contextlib.suppress(OSError):
                    say(message, name=child.name, status=status, pause=pause)

    def _end_children(self) -> None:
        """Whoever needs the queue ends before the queue does."""
        self.stopping = True
        for last in (False, True):
            self._end([child for child in self.children if child.ends_last is last])

    def _end(self, children: list[Child]) -> None:
        for number, patience in ((signal.SIGTERM, GRACE), (signal.SIGKILL, GRACE)):
            for child in children:
                child.send(number)
            deadline = time.monotonic() + patience
            while any(child.is_alive for child in children) and time.monotonic() < deadline:
                self._read(0.05)
                self._reap()

    def _write_pids(self) -> None:
        pids = {"supervisor": os.getpid()} | {c.name: c.pid for c in self.children if c.is_alive}
        with contextlib.suppress(OSError):
            fresh = self.pid_file.with_suffix(".new")
            fresh.write_text(json.dumps(pids))
            fresh.replace(self.pid_file)
