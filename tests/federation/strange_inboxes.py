"""Inboxes that behave in every way a server can: each on a port of its own, in a thread with one loop."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

Manner = Callable[["Strange", bytes, asyncio.StreamWriter], Awaitable[None]]
ACCEPTED = b"HTTP/1.1 202 Accepted\r\nContent-Length: 0\r\n\r\n"


@dataclass
class Strange:
    """One inbox: its manner, and what came to it."""

    manner: Manner
    host: str = ""
    connections: int = 0
    requests: list[bytes] = field(default_factory=list)

    @property
    def actor_uri(self) -> str:
        """The actor that lives here."""
        return f"http://{self.host}/actors/alice"


def answering(answer: bytes) -> Manner:
    """Always the same bytes."""

    async def answer_it(_inbox: Strange, _request: bytes, writer: asyncio.StreamWriter) -> None:
        writer.write(answer)
        await writer.drain()

    return answer_it


def status(code: int, *headers: str, body: str = "") -> Manner:
    """An ordinary answer."""
    lines = "".join(f"{header}\r\n" for header in (*headers, f"Content-Length: {len(body)}"))
    return answering(f"HTTP/1.1 {code} Answer\r\n{lines}\r\n{body}".encode())


async def hang(_inbox: Strange, _request: bytes, _writer: asyncio.StreamWriter) -> None:
    """Take the request and say nothing."""
    await asyncio.sleep(3600)


async def drip(_inbox: Strange, _request: bytes, writer: asyncio.StreamWriter) -> None:
    """A byte now and then."""
    for byte in ACCEPTED * 100:
        writer.write(bytes([byte]))
        await writer.drain()
        await asyncio.sleep(0.5)


async def reset(_inbox: Strange, _request: bytes, writer: asyncio.StreamWriter) -> None:
    """Hang up in the middle."""
    writer.transport.abort()


class Street:
    """All strange inboxes of a test."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop, self._servers = loop, list[asyncio.Server]()
        self._visits = set[asyncio.Task[None]]()

    def open(self, manner: Manner) -> Strange:
        """One more inbox."""
        inbox = Strange(manner)
        asyncio.run_coroutine_threadsafe(self._serve(inbox), self._loop).result(10)
        return inbox

    async def close(self) -> None:
        """Nobody is at home any more."""
        for server in self._servers:
            server.close()
        await asyncio.sleep(0.01)  # whoever was just coming in is in
        for visit in self._visits:
            visit.cancel()
        await asyncio.gather(*self._visits, return_exceptions=True)
        await asyncio.sleep(0.01)  # the sockets close in the next rounds

    async def _serve(self, inbox: Strange) -> None:
        async def accept(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            inbox.connections += 1
            visit = asyncio.current_task()
            if visit is not None:
                self._visits.add(visit)
            with suppress(asyncio.IncompleteReadError, ConnectionError, asyncio.CancelledError):
                while True:
                    head = await reader.readuntil(b"\r\n\r\n")
                    inbox.requests.append(head + await reader.readexactly(_length(head)))
                    await inbox.manner(inbox, inbox.requests[-1], writer)
            writer.transport.abort()

        server = await asyncio.start_server(accept, "127.0.0.1", 0)
        self._servers.append(server)
        inbox.host = f"127.0.0.1:{server.sockets[0].getsockname()[1]}"


def _length(head: bytes) -> int:
    at = head.lower().find(b"content-length:")
    return int(head[at + 15 :].split(b"\r\n", 1)[0]) if at >= 0 else 0


@contextmanager
def street() -> Iterator[Street]:
    """A place for strange inboxes."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    opened = Street(loop)
    try:
        yield opened
    finally:
        asyncio.run_coroutine_threadsafe(opened.close(), loop).result(10)
        loop.call_soon_threadsafe(loop.stop)
        thread.join(10)
        loop.close()
