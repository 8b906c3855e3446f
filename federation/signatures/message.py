"""A request as it arrived, and what a signature on it claims."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from federation.actors.keys import PublicKey


@dataclass(frozen=True)
class Message:
    """One incoming request. ``url`` is the whole address the sender used, query included."""

    method: str
    url: str
    headers: tuple[tuple[str, str], ...]
    body: bytes
    received_at: datetime

    def header(self, name: str) -> str | None:
        """The value of a header, repeated lines joined; None when it is absent."""
        values = [value.strip() for key, value in self.headers if key.lower() == name.lower()]
        return ", ".join(values) if values else None


@dataclass(frozen=True)
class Claim:
    """Somebody says to have signed; ``check`` raises BadSignature unless this key did."""

    key_id: str
    scheme: str
    """'rfc9421' or 'cavage'."""
    check: Callable[[PublicKey], None]
