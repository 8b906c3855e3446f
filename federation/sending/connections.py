"""Connections to inboxes: names looked up once and checked, sockets to permitted addresses only.

aiohttp would do as well at almost twice the processor time per letter (docs/adr/0011-sending.md).
The guard is the fetcher's: `federation.fetching.addresses`.
"""

from __future__ import annotations

import asyncio
import socket
import ssl
import time
from collections import OrderedDict, defaultdict
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from ipaddress import ip_address

from federation.fetching.addresses import ForbiddenAddress, GuardedResolver, may_connect
from federation.sending.answers import MOST_BODY, MOST_HEAD, Answer, BadAnswer, read_answer
from federation.settings import Settings

CONNECT_TIME = 5.0  # seconds for all addresses of a name together
MOST_ADDRESSES = 3
NAME_MEMORY = 60.0  # seconds that a checked address is used again
MOST_NAMES = 4096
IDLE_TIME = 15.0  # seconds that a connection waits for its next letter
MOST_IDLE = 100


@dataclass(frozen=True)
class Origin:
    """Where to connect to."""

    is_tls: bool
    host: str
    port: int


class Connection(asyncio.Protocol):
    """One connection, one exchange at a time."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._transport: asyncio.Transport | None = None
        self._data = b""
        self._answer: asyncio.Future[Answer] | None = None
        self.is_open = False
        self.was_used = False
        self.idle_since = 0.0

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """The other side is there."""
        assert isinstance(transport, asyncio.Transport)  # noqa: S101  # what create_connection gives
        self._transport, self.is_open = transport, True

    def data_received(self, data: bytes) -> None:
        """A part of the answer, or something nobody asked for."""
        self._data += data
        if self._answer is None or self._answer.done() or len(self._data) > MOST_HEAD + MOST_BODY * 4:
            self.close()
        self._look(ended=False)

    def eof_received(self) -> None:
        """The other side closed its half: no more to come."""
        self.is_open = False
        self._look(ended=True)

    def connection_lost(self, error: Exception | None) -> None:
        """Nothing comes any more."""
        self.is_open = False
        if self._answer is not None and not self._answer.done():
            if error is None:
                self._look(ended=True)
            else:
                self._answer.set_exception(error)

    def _look(self, *, ended: bool) -> None:
        if self._answer is None or self._answer.done():
            return
        if ended and not self._data:
            self._answer.set_exception(ConnectionResetError("closed without an answer"))
            return
        try:
            found = read_answer(self._data, ended=ended)
        except BadAnswer as error:
            self._answer.set_exception(error)
            return
        if found is not None:
            self._answer.set_result(found)

    async def exchange(self, request: bytes) -> Answer:
        """Send a request and wait for its answer."""
        if self._transport is None or not self.is_open:
            raise ConnectionResetError("the connection is closed")
        self._data, self._answer = b"", self._loop.create_future()
        self._transport.write(request)
        answer = await self._answer
        self.was_used = True
        self.is_open = self.is_open and answer.is_reusable
        return answer

    def close(self) -> None:
        """End it at once."""
        self.is_open = False
        if self._transport is not None:
            self._transport.abort()


class Connections:
    """The connections of one event loop."""

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._loop = asyncio.get_running_loop()
        self._resolver = GuardedResolver(settings)
        self._names: OrderedDict[tuple[str, int], tuple[float, list[str]]] = OrderedDict()
        self._looking: dict[tuple[str, int], asyncio.Task[list[str]]] = {}
        self._idle: dict[Origin, list[Connection]] = defaultdict(list)
        self._idle_count = 0
        self._permitted: set[str] = set()
        self._tls: ssl.SSLContext | None = None

    async def exchange(self, origin: Origin, write: Callable[[], bytes], *, keep: bool) -> Answer:
        """Send what ``write`` gives on a kept connection or a new one; ``keep`` it for the next.

        A kept connection that the other side closed meanwhile is replaced by a new one. Written, and
        so signed, once somebody listens: signing costs most of a letter, and many hosts are away.
        """
        kept = self._take(origin)
        if kept is not None:
            try:
                return await self._use(origin, kept, write, keep=keep)
            except OSError:
                pass  # closed while it waited
        return await self._use(origin, await self._connect(origin), write, keep=keep)

    async def _use(
        self, origin: Origin, connection: Connection, write: Callable[[], bytes], *, keep: bool
    ) -> Answer:
        try:
            answer = await connection.exchange(write())
        except BaseException:
            connection.close()
            raise
        if keep and connection.is_open and self._idle_count < MOST_IDLE:
            connection.idle_since = time.monotonic()
            self._idle[origin].append(connection)
            self._idle_count += 1
        else:
            connection.close()
        return answer

    def _take(self, origin: Origin) -> Connection | None:
        waiting = self._idle.get(origin)
        while waiting:
            connection = waiting.pop()
            self._idle_count -= 1
            if connection.is_open and time.monotonic() - connection.idle_since < IDLE_TIME:
                return connection
            connection.close()
        return None

    def close_idle(self, *, all_of_them: bool = False) -> None:
        """Close the connections that waited long, or all."""
        before = time.monotonic() - (-1.0 if all_of_them else IDLE_TIME)
        for origin, waiting in list(self._idle.items()):
            for connection in [one for one in waiting if one.idle_since < before or not one.is_open]:
                waiting.remove(connection)
                self._idle_count -= 1
                connection.close()
            if not waiting:
                del self._idle[origin]

    async def _connect(self, origin: Origin) -> Connection:
        async with asyncio.timeout(CONNECT_TIME):
            addresses = (await self._addresses(origin))[:MOST_ADDRESSES]
            failure: Exception = ForbiddenAddress(f"{origin.host} has no address")
            for at, address in enumerate(addresses, 1):
                share = None if at == len(addresses) else CONNECT_TIME / len(addresses)
                try:
                    async with asyncio.timeout(share):
                        return await self._open(origin, address)
                except (OSError, TimeoutError) as error:
                    failure = error
            raise failure

    async def _open(self, origin: Origin, address: str) -> Connection:
        """A socket to this address and no other; refused here whoever looked it up."""
        if address not in self._permitted:
            if not may_connect(self._settings, address):
                raise ForbiddenAddress(f"we do not connect to {address}")
            self._permitted.add(address)
        tls = self._context() if origin.is_tls else None
        name = origin.host if origin.is_tls else None
        _transport, connection = await self._loop.create_connection(
            lambda: Connection(self._loop), address, origin.port, ssl=tls, server_hostname=name
        )
        return connection

    def _context(self) -> ssl.SSLContext:
        if self._tls is None:  # takes a while: only for who needs it
            self._tls = ssl.create_default_context()
        return self._tls

    async def _addresses(self, origin: Origin) -> list[str]:
        """The permitted addresses of a host, from memory or looked up once for all who ask."""
        if _is_literal(origin.host):
            return [origin.host]
        key = (origin.host, origin.port)
        until, known = self._names.get(key, (0.0, []))
        if until > time.monotonic():
            return known
        task = self._looking.get(key)
        if task is None:
            task = self._loop.create_task(self._look_up(key))
            self._looking[key] = task
            task.add_done_callback(lambda done: self._looked_up(key, done))
        return await asyncio.shield(task)

    async def _look_up(self, key: tuple[str, int]) -> list[str]:
        rows = await self._resolver.resolve(key[0], key[1], socket.AF_UNSPEC)
        return list(dict.fromkeys(row["host"] for row in rows))

    def _looked_up(self, key: tuple[str, int], task: asyncio.Task[list[str]]) -> None:
        self._looking.pop(key, None)
        if task.cancelled() or task.exception() is not None:
            return
        self._names[key] = (time.monotonic() + NAME_MEMORY, task.result())
        while len(self._names) > MOST_NAMES:
            self._names.popitem(last=False)


@lru_cache(maxsize=256)
def _is_literal(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True
