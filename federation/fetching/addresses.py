"""Which network addresses we ever connect to: only those of the open internet.

A stranger chooses the names we look up. Without this rule it could make a node talk to its
own database, to the router at home or to the metadata service of a cloud (SSRF).
"""

from __future__ import annotations

import asyncio
import socket
from concurrent.futures import ThreadPoolExecutor
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from typing import Any

import aiohttp
from aiohttp.abc import AbstractResolver, ResolveResult

from federation.fetching.origins import LOOPBACK_HOSTS
from federation.settings import Settings

_GLOBAL_UNICAST = IPv6Network("2000::/3")
_NAT64 = IPv6Network("64:ff9b::/96")
_NEVER = tuple(IPv6Network(text) for text in ("2001::/23", "2001:db8::/32", "3fff::/20", "2620:4f:8000::/48"))
_6TO4 = IPv6Network("2002::/16")
_TEREDO = IPv6Network("2001::/32")
_6TO4_RELAY = IPv4Address("192.88.99.0")
_NAMES = ThreadPoolExecutor(max_workers=16, thread_name_prefix="omzien-names")


class ForbiddenAddress(OSError):
    """An address we do not connect to."""


def is_public(text: str) -> bool:
    """True for an address of the open internet, looking through what is embedded in IPv6."""
    try:
        address = ip_address(text.split("%", 1)[0])
    except ValueError:
        return False
    if isinstance(address, IPv4Address):
        return _is_public_ipv4(address)
    inner = _embedded(address)
    if inner:
        return all(_is_public_ipv4(part) for part in inner)
    if any(address in network for network in _NEVER):
        return False
    return address in _GLOBAL_UNICAST and address.is_global


def may_connect(settings: Settings, text: str) -> bool:
    """`is_public`, or loopback where the settings allow it for development."""
    if is_public(text):
        return True
    try:
        return settings.allow_loopback and ip_address(text.split("%", 1)[0]).is_loopback
    except ValueError:
        return False


def guarded_connector(settings: Settings) -> aiohttp.TCPConnector:
    """A connector that looks names up itself and opens sockets to permitted addresses only.

    The check stands where the socket is made, so no redirect, literal or second lookup passes it.
    """

    def open_socket(where: Any) -> socket.socket:
        family, kind, protocol, _name, address = where
        if not may_connect(settings, str(address[0])):
            raise ForbiddenAddress(f"we do not connect to {address[0]}")
        return socket.socket(family, kind, protocol)

    return aiohttp.TCPConnector(
        resolver=GuardedResolver(settings), socket_factory=open_socket, limit=200, limit_per_host=8
    )


class GuardedResolver(AbstractResolver):
    """Looks a name up and refuses it when *any* of its addresses is one we do not connect to.

    Loopback passes only under its own names, so that no foreign name leads there.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings

    async def resolve(
        self, host: str, port: int = 0, family: socket.AddressFamily = socket.AF_UNSPEC
    ) -> list[ResolveResult]:
        """The addresses of ``host``, all permitted."""
        rows = await _look_up(host, port, family)
        addresses = [str(row[4][0]) for row in rows]
        loopback_name = host.rstrip(".").lower() in LOOPBACK_HOSTS
        for address in addresses:
            if not is_public(address) and not (loopback_name and may_connect(self._settings, address)):
                raise ForbiddenAddress(f"{host} leads to {address}, where we do not connect")
        return [_result(host, port, row[0], address) for row, address in zip(rows, addresses, strict=True)]

    async def close(self) -> None:
        """Nothing to let go of."""


async def _look_up(host: str, port: int, family: int) -> list[Any]:
    # threads of our own: the loop's are waited for when it closes, and a name may take long
    loop = asyncio.get_running_loop()
    return await loop.run_in_executor(_NAMES, _get_addresses, host, port, family)


def _get_addresses(host: str, port: int, family: int) -> list[Any]:
    return socket.getaddrinfo(host, port, family, socket.SOCK_STREAM)


def _result(host: str, port: int, family: int, address: str) -> ResolveResult:
    flags = socket.AI_NUMERICHOST | socket.AI_NUMERICSERV
    return ResolveResult(hostname=host, host=address, port=port, family=family, proto=0, flags=flags)


def _is_public_ipv4(address: IPv4Address) -> bool:
    if int(address) >> 8 == int(_6TO4_RELAY) >> 8 or address in _SPECIAL_IPV4:
        return False
    return address.is_global and not address.is_multicast and not address.is_reserved


_SPECIAL_IPV4 = frozenset({IPv4Address("192.0.0.9"), IPv4Address("192.0.0.10")})


def _embedded(address: IPv6Address) -> list[IPv4Address]:
    if address.ipv4_mapped:
        return [address.ipv4_mapped]
    if address in _NAT64:
        return [IPv4Address(int(address) & 0xFFFFFFFF)]
    if address in _6TO4 and address.sixtofour:
        return [address.sixtofour]
    if address in _TEREDO and address.teredo:
        return list(address.teredo)
    return []
