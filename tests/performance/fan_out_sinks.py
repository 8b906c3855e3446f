"""Inboxes of many distinct origins: one process with a listening port each, which answer 202 or hang.

    python fan_out_sinks.py <number of ports> <how many of them hang>

Prints the ports (the hanging ones last), then answers each line on its standard input with the number of
living inboxes that got something since the last line and the instant (CLOCK_MONOTONIC) at which the last did.
"""

from __future__ import annotations

import asyncio
import json
import sys
import time

ANSWER = b"HTTP/1.1 202 Accepted\r\nContent-Length: 0\r\n\r\n"


class Seen:
    """Which ports got something, and when the last did for the first time."""

    def __init__(self) -> None:
        self.ports: set[int] = set()
        self.last = 0.0

    def note(self, port: int) -> None:
        if port not in self.ports:
            self.ports.add(port)
            self.last = time.monotonic()


class Inbox(asyncio.Protocol):
    """Answers each complete POST."""

    def __init__(self, seen: Seen, port: int) -> None:
        self._seen, self._port, self._data = seen, port, b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._data += data
        while (end := self._data.find(b"\r\n\r\n")) >= 0:
            head = self._data[:end].lower()
            at = head.find(b"content-length:")
            length = int(head[at + 15 :].split(b"\r\n", 1)[0]) if at >= 0 else 0
            if len(self._data) < end + 4 + length:
                return
            self._data = self._data[end + 4 + length :]
            self._seen.note(self._port)
            self._transport.write(ANSWER)  # type: ignore[attr-defined]
            if b"connection: close" in head:
                self._transport.close()  # type: ignore[attr-defined]


async def serve(number: int, hanging: int) -> None:
    """Listen, and tell what came."""
    loop, seen, ports = asyncio.get_running_loop(), Seen(), []
    for at in range(number):
        hangs = at >= number - hanging
        port = 0

        def accept(mine: list[int], hangs: bool = hangs) -> asyncio.Protocol:
            return asyncio.Protocol() if hangs else Inbox(seen, mine[0])

        mine = [port]
        server = await loop.create_server(
            lambda mine=mine, accept=accept: accept(mine), "127.0.0.1", 0, backlog=64
        )
        mine[0] = server.sockets[0].getsockname()[1]
        ports.append(mine[0])
    print(json.dumps(ports), flush=True)
    while await loop.run_in_executor(None, sys.stdin.readline):
        print(json.dumps([len(seen.ports), seen.last]), flush=True)
        seen.ports.clear()


if __name__ == "__main__":
    asyncio.run(serve(int(sys.argv[1]), int(sys.argv[2])))
