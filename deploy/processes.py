"""The kernel's part of running children: names, and no child that outlives its parent."""

from __future__ import annotations

import ctypes
import os
import signal

PR_SET_PDEATHSIG = 1  # prctl(2)
PR_SET_NAME = 15
M_ARENA_MAX = -8  # mallopt(3)


def die_with_parent(parent: int) -> None:
    """Have the kernel kill this process as soon as ``parent`` is gone, however it went."""
    _libc().prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    if os.getppid() != parent:  # it went before we asked
        os._exit(1)


def set_name(name: str) -> None:
    """The name that ps and top show, at most 15 bytes."""
    _libc().prctl(PR_SET_NAME, name.encode()[:15])


def spare_memory() -> None:
    """Let threads share two heaps instead of having one each."""
    _libc().mallopt(M_ARENA_MAX, 2)


def return_memory() -> None:
    """Give free memory back to the system, as far as the C library can; others have no such call."""
    trim = getattr(_libc(), "malloc_trim", None)
    if trim is not None:
        trim(0)


def _libc() -> ctypes.CDLL:
    return ctypes.CDLL(None)
