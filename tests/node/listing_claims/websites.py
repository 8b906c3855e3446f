"""A website on loopback of which the tests say what stands in it."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from node.listing_claims.website import PATH


@dataclass
class Website:
    """Its address, the file in it (None for none), and where it sends everybody instead."""

    url: str = ""
    file: Any = None
    leads_to: str = ""
    asked: list[str] = field(default_factory=list)


class _Handler(BaseHTTPRequestHandler):
    """Answers with the file."""

    def do_GET(self) -> None:  # the name that http.server calls
        site: Website = self.server.site  # type: ignore[attr-defined]
        site.asked.append(self.path)
        if site.leads_to:
            self.send_response(302)
            self.send_header("Location", site.leads_to + self.path)
            self.end_headers()
            return
        is_there = self.path == PATH and site.file is not None
        body = site.file if isinstance(site.file, bytes) else json.dumps(site.file).encode()
        self.send_response(200 if is_there else 404)
        self.send_header("Content-Type", "application/json")
        self.end_headers()
        self.wfile.write(body if is_there else b"{}")

    def log_message(self, *_words: Any) -> None:
        """Say nothing."""


@contextmanager
def website(host: str = "127.0.0.1") -> Iterator[Website]:
    """A website until the end of the block."""
    with ThreadingHTTPServer((host, 0), _Handler) as server:
        server.site = Website(f"http://{host}:{server.server_address[1]}")  # type: ignore[attr-defined]
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        yield server.site  # type: ignore[attr-defined]
        server.shutdown()
        thread.join()
