"""One process under the supervisor: forked, its output read by the line, started again when it falls."""

from __future__ import annotations

import contextlib
import os
import signal
import sys
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass, field

from deploy.processes import die_with_parent, set_name

LONGEST_PAUSE = 30.0  # seconds
LONG_ENOUGH = 60.0  # seconds: whoever lived this long starts again without a pause
LONGEST_LINE = 10_000  # bytes


@dataclass
class Child:
    """A named program: ``run`` is called in the new process and never returns to the supervisor."""

    name: str
    run: Callable[[], None]
    ends_last: bool = False
    is_ready: Callable[[], bool] = lambda: True
    """Whether those after it in the list may start."""
    pid: int = 0
    output: int = -1
    falls: int = 0
    started_at: float = 0.0
    start_after: float = 0.0
    _unfinished: bytes = field(default=b"", repr=False)

    @property
    def is_alive(self) -> bool:
        """True between start and the moment its end was noticed."""
        return self.pid != 0

    def start(self, keep: int = -1) -> None:
        """Fork and run; of our open files the new process has ``keep`` alone."""
        reading, writing = os.pipe()
        parent = os.getpid()
        self.started_at = time.monotonic()
        self.pid = os.fork()
        if self.pid == 0:
            os.close(reading)
            self._become(parent, writing, keep)
        os.close(writing)
        os.set_blocking(reading, False)
        self.output = reading

    def _become(self, parent: int, writing: int, keep: int) -> None:
        """In the new process: a group of its own, so that Ctrl-C reaches the supervisor alone."""
        status = 1
        try:
            die_with_parent(parent)
            os.setpgid(0, 0)
            signal.set_wakeup_fd(-1)
            for each in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGCHLD):
                signal.signal(each, signal.SIG_DFL)
            os.dup2(writing, 1)
            os.dup2(writing, 2)
            os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
            leave_files(keep)
            set_name(f"omzien-{self.name}")
            self.run()
            status = 0
        except SystemExit as ending:
            status = ending.code if isinstance(ending.code, int) else 1
        except BaseException:  # noqa: BLE001  # the last stop before the end of this process
            traceback.print_exc()
        finally:
            with contextlib.suppress(OSError):
                sys.stdout.flush()
                sys.stderr.flush()
            os._exit(status)

    def read_lines(self) -> list[str]:
        """The whole lines that it has written since; closes the pipe at its end."""
        try:
            chunk = os.read(self.output, 65536)
        except BlockingIOError:
            return []
        if not chunk:
            self.close_output()
        *lines, rest = (self._unfinished + chunk).split(b"\n")
        if rest and (not chunk or len(rest) > LONGEST_LINE):
            lines, rest = [*lines, rest], b""
        self._unfinished = rest
        return [line.decode(errors="replace") for line in lines]

    def close_output(self) -> None:
        """Read no more of what it writes."""
        os.close(self.output)
        self.output = -1

    def reap(self) -> int | None:
        """Notice its end: the exit status, negative for a signal; None while it lives."""
        if not self.pid:
            return None
        pid, status = os.waitpid(self.pid, os.WNOHANG)
        if not pid:
            return None
        self.pid = 0
        self._plan_next_start(os.waitstatus_to_exitcode(status))
        return os.waitstatus_to_exitcode(status)

    def _plan_next_start(self, status: int) -> None:
        lived = time.monotonic() - self.started_at
        self.falls = 0 if status == 0 or lived > LONG_ENOUGH else self.falls + 1
        self.start_after = time.monotonic() + pause_after(self.falls)

    def send(self, number: signal.Signals) -> None:
        """Send a signal, if it still lives."""
        if self.pid:
            with contextlib.suppress(ProcessLookupError):
                os.kill(self.pid, number)


def leave_files(keep: int) -> None:
    """Close what the supervisor had open, but for ``keep``, which stays open in another program too."""
    if keep < 3:
        os.closerange(3, 256)
        return
    os.closerange(3, keep)
    os.closerange(keep + 1, 256)
    os.set_inheritable(keep, True)


def pause_after(falls: int) -> float:
    """Seconds to wait before the next start: nothing after a clean end, then 0.5, 1, 2 … 30."""
    return min(LONGEST_PAUSE, 0.5 * 2.0 ** (falls - 1)) if falls else 0.0
