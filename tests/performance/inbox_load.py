"""A cheap sender: posts requests that were signed before, over kept connections, and times each.

``python inbox_load.py <port> <connections> <requests> <outcomes>`` reads a pickled list of requests
(bytes) and writes the pickled fields of a `Load`. It is a process of its own, and one loop over epoll, so
that it takes little of the machine that is measured.
"""

from __future__ import annotations

import pickle
import select
import socket
import sys
import time
from collections.abc import Iterator
from dataclasses import astuple, dataclass
from pathlib import Path

LOST = 0
"""The status of a request whose connection broke before its answer came."""
_PATIENCE = 60.0  # seconds without any answer; then the server is considered dead


@dataclass
class Load:
    """What became of the requests, in their order: a status and the seconds until the answer."""

    statuses: list[int]
    latencies: list[float]
    seconds: float = 0.0

    @property
    def accepted(self) -> list[int]:
        """Which requests were answered 202."""
        return [at for at, status in enumerate(self.statuses) if status == 202]

    @property
    def per_second(self) -> float:
        """How many were accepted in a second."""
        return len(self.accepted) / self.seconds

    def latency(self, share: float) -> float:
        """The latency in milliseconds that this share of the accepted requests stayed under."""
        times = sorted(self.latencies[at] for at in self.accepted)
        return 1000 * times[min(len(times) - 1, int(share * len(times)))]


class _Connection:
    """One kept connection, with at most one request under way (``at``; -1 when idle)."""

    def __init__(self, port: int) -> None:
        self.port, self.at, self.since, self.answer = port, -1, 0.0, b""
        self.open()

    def open(self) -> None:
        until = time.monotonic() + _PATIENCE
        while True:
            try:
                self.socket = socket.create_connection(("127.0.0.1", self.port), 10)
                break
            except OSError:
                if time.monotonic() > until:
                    raise
                time.sleep(0.05)
        self.socket.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)

    def post(self, at: int, request: bytes) -> None:
        self.at, self.since, self.answer = at, time.perf_counter(), b""
        self.socket.sendall(request)

    def receive(self) -> bool:
        """True when the whole answer is there. ConnectionError when it will never come."""
        try:
            received = self.socket.recv(65536, socket.MSG_DONTWAIT)
        except BlockingIOError:
            return False
        if not received:
            raise ConnectionResetError
        self.answer += received
        return is_complete(self.answer)


class _Sender:
    """Hands the requests to whichever connection is idle."""

    def __init__(self, port: int, requests: list[bytes], connections: int) -> None:
        self.load = Load([LOST] * len(requests), [0.0] * len(requests))
        self.requests, self.waiting = requests, iter(range(len(requests)))
        self.poll = select.epoll()
        self.busy: dict[int, _Connection] = {}
        self.idle = [_Connection(port) for _ in range(connections)]

    def run(self) -> Load:
        start = time.perf_counter()
        for connection in self.idle:
            self.poll.register(connection.socket, select.EPOLLIN)
            self._next(connection, self.waiting)
        while self.busy:
            events = self.poll.poll(_PATIENCE)
            if not events:
                break
            for handle, _ in events:
                if handle in self.busy:
                    self._read(self.busy.pop(handle))
        self.load.seconds = time.perf_counter() - start
        return self.load

    def _next(self, connection: _Connection, waiting: Iterator[int]) -> None:
        for at in waiting:
            try:
                connection.post(at, self.requests[at])
            except OSError:  # closed since the last answer: this request is lost
                self._reopen(connection)
                continue
            self.busy[connection.socket.fileno()] = connection
            return
        connection.socket.close()

    def _read(self, connection: _Connection) -> None:
        try:
            if not connection.receive():
                self.busy[connection.socket.fileno()] = connection
                return
            self.load.statuses[connection.at] = int(connection.answer[9:12])
            self.load.latencies[connection.at] = time.perf_counter() - connection.since
        except OSError:
            self._reopen(connection)
        self._next(connection, self.waiting)

    def _reopen(self, connection: _Connection) -> None:
        connection.socket.close()
        connection.open()
        self.poll.register(connection.socket, select.EPOLLIN)


def is_complete(answer: bytes) -> bool:
    """True when head and body of the answer are there."""
    head, end, body = answer.partition(b"\r\n\r\n")
    head = head.lower()
    if not end:
        return False
    _, found, rest = head.partition(b"content-length:")
    if found:
        return len(body) >= int(rest.split(b"\r\n", 1)[0])
    return b"chunked" not in head or body.endswith(b"0\r\n\r\n")


def post_all(port: int, requests: list[bytes], connections: int) -> Load:
    """Post every request once; a connection has one under way at a time."""
    return _Sender(port, requests, connections).run()


if __name__ == "__main__":
    _port, _connections, _requests, _outcomes = sys.argv[1:]
    _load = post_all(int(_port), pickle.loads(Path(_requests).read_bytes()), int(_connections))
    Path(_outcomes).write_bytes(pickle.dumps(astuple(_load)))
