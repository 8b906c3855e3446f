"""Timers: wake a job in a moment, without a worker waiting for it.

Best effort, in this process only. What is lost with it is found by the sweep of the next minute.
"""

from __future__ import annotations

import threading

from federation.queue import Queue

LONGEST = 60.0
"""Seconds; the sweep comes by more often than any longer timer would be worth."""
_waiting: dict[tuple[int, str, tuple[str, ...]], threading.Timer] = {}
_ringing: set[threading.Timer] = set()
_lock = threading.Lock()


def wake_in(queue: Queue, seconds: float, job: str, *args: str) -> None:
    """Wake a job in some seconds; one timer per job at a time, the earliest."""
    if seconds > LONGEST:
        return
    key = (id(queue), job, args)

    def ring() -> None:
        with _lock:
            _waiting.pop(key, None)
            _ringing.add(timer)
        try:
            queue.wake(job, *args)
        finally:
            with _lock:
                _ringing.discard(timer)

    timer = threading.Timer(max(seconds, 0.05), ring)
    timer.daemon = True
    with _lock:
        if key in _waiting:
            return
        _waiting[key] = timer
        timer.start()


def forget(queue: Queue) -> None:
    """Let no timer of this queue ring any more, and wait for those that do; for a process that ends."""
    with _lock:
        for key in [key for key in _waiting if key[0] == id(queue)]:
            _waiting.pop(key).cancel()
        ringing = list(_ringing)
    for timer in ringing:
        timer.join(5)
