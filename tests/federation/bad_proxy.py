"""A reverse proxy in front of a small node, as wrong as a test wants it."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

Headers = dict[str, str]


@dataclass
class Proxy:
    """What the proxy does to what passes; without changes it is a good one."""

    port: int
    to_port: int = 0
    change: Callable[[str, Headers], Headers] = field(default=lambda _method, headers: headers)
    change_body: Callable[[bytes], bytes] = field(default=lambda body: body)
    answers: Callable[[str, str, int], tuple[int, Headers, bytes] | None] = field(
        default=lambda _method, _path, _length: None
    )
    """(method, path, length of the body) → an answer of its own, or None to pass it on."""


class _Handler(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        self._pass("GET", b"")

    def do_POST(self) -> None:
        self._pass("POST", self.rfile.read(int(self.headers.get("Content-Length", 0))))

    def _pass(self, method: str, body: bytes) -> None:
        proxy: Proxy = self.server.proxy  # type: ignore[attr-defined]
        own = proxy.answers(method, self.path, len(body))
        if own is None:
            own = _forwarded(proxy, method, self.path, dict(self.headers), body)
        status, headers, answer = own
        self.send_response_only(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        self.wfile.write(answer)

    def log_message(self, *_: Any) -> None:
        """Silent."""


def _forwarded(
    proxy: Proxy, method: str, path: str, headers: Headers, body: bytes
) -> tuple[int, Headers, bytes]:
    body = proxy.change_body(body)
    headers = proxy.change(method, {**headers, "Content-Length": str(len(body))})
    there = HTTPConnection("127.0.0.1", proxy.to_port, timeout=15)
    there.putrequest(method, path, skip_host=True, skip_accept_encoding=True)
    for name, value in headers.items():
        if name.lower() not in {"connection", "keep-alive"}:
            there.putheader(name, value)
    there.endheaders(body)
    answer = there.getresponse()
    kept = {
        name: value
        for name, value in answer.getheaders()
        if name.lower() not in {"content-length", "connection", "transfer-encoding"}
    }
    data = answer.read()
    there.close()
    return answer.status, kept, data


@contextmanager
def proxying() -> Iterator[Proxy]:
    """A proxy on a free port of loopback."""
    http = ThreadingHTTPServer(("127.0.0.1", 0), _Handler)
    http.daemon_threads = True
    proxy = Proxy(http.server_address[1])
    http.proxy = proxy  # type: ignore[attr-defined]
    threading.Thread(target=http.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    try:
        yield proxy
    finally:
        http.shutdown()
        http.server_close()
