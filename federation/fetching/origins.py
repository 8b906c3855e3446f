"""Origins: who may speak for an address. Compared after one normalisation (FEP-fe34)."""

from __future__ import annotations

import re
from functools import lru_cache
from urllib.parse import SplitResult, urlsplit

import idna

from schemas.errors import InvalidInput
from schemas.messages import N_

LOOPBACK_HOSTS = frozenset({"127.0.0.1", "::1", "localhost"})
MOST_URI = 2000  # characters; the width of the columns that keep one
_MOST_HOST = 249  # characters; with a port it fits the columns that keep one
_MOST_LABEL = 63  # characters between two dots (RFC 1035)
_DEFAULT_PORTS = {"https": 443, "http": 80}
_HEAD = re.compile(r"https?://[^/?#]*", re.ASCII | re.IGNORECASE)


def origin_of(uri: str) -> str:
    """``scheme://host[:port]`` of an http(s) address: IDNA, lower case, no default port, no last dot.

    Raises InvalidInput for anything that is not a plain web address.
    """
    return _origin_at(_head_of(uri))


@lru_cache(maxsize=512)
def _origin_at(head: str) -> str:
    parts = _split(head)
    host = _normal_host(parts.hostname or "")
    port = _port(parts)
    bracketed = f"[{host}]" if ":" in host else host
    suffix = "" if port in (None, _DEFAULT_PORTS[parts.scheme]) else f":{port}"
    return f"{parts.scheme}://{bracketed}{suffix}"


def authority_of(uri: str) -> str:
    """Host and, unless it is the default, port: what the Host header says of this address."""
    return origin_of(uri).split("://", 1)[1]


def host_of(uri: str) -> str:
    """The bare host name or address, normalised, without port or brackets."""
    return _normal_host(_split(_head_of(uri)).hostname or "")


def same_origin(one: str, other: str) -> bool:
    """True when both are web addresses of one origin. False when either cannot be read."""
    try:
        return origin_of(one) == origin_of(other)
    except InvalidInput:
        return False


def is_web_address(value: object) -> bool:
    """True for an http(s) address that we can keep."""
    if not isinstance(value, str):
        return False
    try:
        origin_of(value)
    except InvalidInput:
        return False
    return True


def _head_of(uri: str) -> str:
    """What stands before the path, of an address that we can keep: few of these are many addresses."""
    found = _HEAD.match(uri)
    if found is None or len(uri) > MOST_URI or not uri.isprintable() or " " in uri or "\\" in uri:
        raise _unusable(uri)
    return found[0]


def _split(head: str) -> SplitResult:
    try:
        parts = urlsplit(head)
    except ValueError:
        raise _unusable(head) from None
    if not parts.hostname or "@" in parts.netloc:
        raise _unusable(head)
    return parts


def _unusable(uri: str) -> InvalidInput:
    return InvalidInput(N_("This is not a web address."), cause=f"not a web address: {uri[:200]!r}")


def _port(parts: SplitResult) -> int | None:
    try:
        return parts.port
    except ValueError:
        raise InvalidInput(N_("This is not a web address."), cause="bad port") from None


def _normal_host(host: str) -> str:
    host = host.rstrip(".").lower()
    if not host.isascii():
        host = _in_ascii(host)
    if not _can_be_looked_up(host):
        raise InvalidInput(N_("This is not a web address."), cause=f"no host: {host[:80]!r}")
    return host


def _in_ascii(host: str) -> str:
    """A name by IDNA 2008, as the fetcher's library reads it.

    Python's own codec is of 2003: it makes two names one (``faß`` and ``fass``) that have two owners.
    """
    if len(host) > _MOST_HOST:
        return ""
    try:
        return idna.encode(host, uts46=True).decode("ascii").rstrip(".")
    except UnicodeError:
        return ""


def _can_be_looked_up(host: str) -> bool:
    if not 0 < len(host) <= _MOST_HOST:
        return False
    return ":" in host or all(0 < len(label) <= _MOST_LABEL for label in host.split("."))
