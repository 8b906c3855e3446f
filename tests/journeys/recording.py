"""A proxy in front of a node that keeps every byte that passes, in both directions.

The node's public address is the proxy's, so whatever nodes say to one another goes through it.
People of the village (the tests' own visitors) mark their requests: what they see is not "what left".
"""

from __future__ import annotations

import re
import socket
import threading
from dataclasses import dataclass, field

VISITOR_MARK = b"x-test-visitor:"


@dataclass
class Recording:
    """What passed through one proxy: what others asked of the node, and what it answered."""

    asked: bytearray = field(default_factory=bytearray)
    answered: bytearray = field(default_factory=bytearray)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def keep(self, direction: bytearray, chunk: bytes) -> None:
        """Add a chunk."""
        with self.lock:
            direction += chunk


class RecordingProxy:
    """Listens on one loopback port and passes everything on to another."""

    def __init__(self, port: int, target: int) -> None:
        self.recording = Recording()
        self._target = target
        self._listener = socket.create_server(("127.0.0.1", port), backlog=100)
        self._thread = threading.Thread(target=self._accept, daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Stop listening; open connections end with their clients."""
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._thread.join(5)

    def _accept(self) -> None:
        while True:
            try:
                client, _address = self._listener.accept()
            except OSError:
                return
            threading.Thread(target=self._serve, args=(client,), daemon=True).start()

    def _serve(self, client: socket.socket) -> None:
        with client:
            client.settimeout(120)
            try:
                first = _unpacked_please(_head(client))
                with socket.create_connection(("127.0.0.1", self._target), timeout=120) as node:
                    self._join(client, node, first)
            except OSError:
                return  # the node is down (a test killed it) or the client went away

    def _join(self, client: socket.socket, node: socket.socket, first: bytes) -> None:
        marked = VISITOR_MARK in first.lower()
        asked = None if marked else self.recording.asked
        answered = None if marked else self.recording.answered
        node.sendall(first)
        self._keep(asked, first)
        back = threading.Thread(target=self._pump, args=(node, client, answered), daemon=True)
        back.start()
        self._pump(client, node, asked)
        back.join(120)

    def _pump(self, source: socket.socket, sink: socket.socket, direction: bytearray | None) -> None:
        try:
            while chunk := source.recv(65536):
                self._keep(direction, chunk)
                sink.sendall(chunk)
            sink.shutdown(socket.SHUT_WR)
        except OSError:
            return

    def _keep(self, direction: bytearray | None, chunk: bytes) -> None:
        if direction is not None:
            self.recording.keep(direction, chunk)


def _unpacked_please(head: bytes) -> bytes:
    """A request that asks for nothing packed, so that everything recorded can be read."""
    return re.sub(rb"(?im)^accept-encoding:[^\r\n]*", b"Accept-Encoding: identity", head)


def _head(client: socket.socket) -> bytes:
    head = b""
    while b"\r\n\r\n" not in head and len(head) < 65536:
        chunk = client.recv(65536)
        if not chunk:
            break
        head += chunk
    return head
