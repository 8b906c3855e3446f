"""A request as it arrived, and what a signature on it claims."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cached_property

from federation.actors.keys import PublicKey
from schemas.errors import BadSignature


@dataclass(frozen=True)
class Message:
    """One incoming request. ``url`` is the whole address the sender used, query included.

    The door leaves out our own address, which the gate puts in front (`at`).
    """

    method: str
    url: str
    headers: tuple[tuple[str, str], ...]
    body: bytes
    received_at: datetime

    def header(self, name: str) -> str | None:
        """The value of a header, repeated lines joined; None when it is absent."""
        return self._by_name.get(name.lower())

    @cached_property
    def _by_name(self) -> dict[str, str]:
        found: dict[str, str] = {}
        for key, value in self.headers:
            name = key.lower()
            found[name] = f"{found[name]}, {value.strip()}" if name in found else value.strip()
        return found

    def at(self, base_url: str) -> Message:
        """The same message at a whole address: ours, unless it says another."""
        return replace(self, url=base_url + self.url) if self.url.startswith("/") else self


@dataclass(frozen=True)
class Claim:
    """Somebody says to have signed; ``check`` raises BadSignature unless this key did."""

    key_id: str
    scheme: str
    """'rfc9421' or 'cavage'."""
    check: Callable[[PublicKey], None]
    signature: bytes
    """The signature itself, as it was made."""
    wrong_clock: BadSignature | None = None
    """Why the time of the signature is refused, whoever made it; None when it is right."""
