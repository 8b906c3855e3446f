"""A small mail server on loopback: it takes messages, or refuses those to chosen addresses."""

from __future__ import annotations

import socketserver
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes, policy
from email.message import EmailMessage


@dataclass
class Post:
    """What arrived, and whom the server refuses with which code."""

    url: str = ""
    taken: list[EmailMessage] = field(default_factory=list)
    refused: dict[str, int] = field(default_factory=dict)


class _Handler(socketserver.StreamRequestHandler):
    """As much of RFC 5321 as a client needs."""

    def handle(self) -> None:
        post: Post = self.server.post  # type: ignore[attr-defined]
        self._say("220 mail.example ESMTP")
        while line := self.rfile.readline():
            word = line[:4].upper().strip()
            if word == b"DATA":
                self._say("354 go on")
                post.taken.append(message_from_bytes(self._body(), policy=policy.default))
            elif word == b"RCPT":
                code = next((code for name, code in post.refused.items() if name.encode() in line), 0)
                if code:
                    self._say(f"{code} no")
                    continue
            self._say("221 bye" if word == b"QUIT" else "250 ok")
            if word == b"QUIT":
                return

    def _body(self) -> bytes:
        lines = []
        while (line := self.rfile.readline()) not in {b".\r\n", b""}:
            lines.append(line.removeprefix(b".") if line.startswith(b"..") else line)
        return b"".join(lines)

    def _say(self, text: str) -> None:
        self.wfile.write(text.encode() + b"\r\n")


@contextmanager
def mail_server() -> Iterator[Post]:
    """A server until the end of the block."""
    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), _Handler) as server:
        server.daemon_threads = True
        server.post = Post(f"smtp://127.0.0.1:{server.server_address[1]}")  # type: ignore[attr-defined]
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        yield server.post  # type: ignore[attr-defined]
        server.shutdown()
        thread.join()
