"""Wishes: the kind of signature a host asks for with ``Accept-Signature`` (RFC 9421, section 5.1).

A host that refuses us may say what it would take. We give it that when we can: components that
a POST of ours has, with one of our keys. Anything else is not understood and has no effect.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import http_sf

MOST_WISH = 500  # characters
NEEDED = ("@method", "@target-uri", "content-digest")
"""What we cover without being asked; a wish may add to it, never take away."""
PRODUCIBLE = frozenset(
    {"@method", "@target-uri", "@authority", "@scheme", "@request-target", "@path", "@query"}
    | {"content-digest", "content-type", "content-length", "date", "host"}
)
ALGORITHMS = ("ed25519", "rsa-v1_5-sha256", "rsa-pss-sha512")


@dataclass(frozen=True)
class Wish:
    """A signature we can make: what it covers, by which algorithm, and what else it says."""

    components: tuple[str, ...] = NEEDED
    algorithm: str = "ed25519"
    label: str = "sig1"
    says_algorithm: bool = False
    tag: str = ""
    nonce: str = ""
    """Good for one answer only; not remembered."""

    def written(self) -> str:
        """The wish as an ``Accept-Signature`` that `read` understands, without the nonce."""
        parameters: dict[str, Any] = {"alg": self.algorithm} | ({"tag": self.tag} if self.tag else {})
        members: list[Any] = [(name, {}) for name in self.components]
        written: Any = {self.label: (members, parameters)}
        return str(http_sf.ser(written))


DEFAULT = Wish()


def read(header: str) -> Wish | None:
    """The first signature in the header that we can make; None when there is none."""
    if not header or len(header) > MOST_WISH:
        return None
    try:
        parsed: Any = http_sf.parse(header.encode("ascii"), tltype="dictionary")
    except (ValueError, TypeError, RecursionError):
        return None
    wishes = (_wish(str(label), member) for label, member in dict(parsed).items())
    return next((wish for wish in wishes if wish is not None), None)


def _wish(label: str, member: Any) -> Wish | None:
    items, parameters = member if isinstance(member, tuple) else (None, {})
    if not isinstance(items, list) or not items:
        return None
    if any(name not in PRODUCIBLE or given for name, given in items):
        return None
    algorithm = parameters.get("alg", DEFAULT.algorithm)
    tag, nonce = parameters.get("tag", ""), parameters.get("nonce", "")
    texts = isinstance(tag, str) and isinstance(nonce, str)
    if algorithm not in ALGORITHMS or not texts or len(label) > 40:
        return None
    asked = tuple(name for name, _ in items)
    if len(set(asked)) != len(asked):
        return None
    components = asked + tuple(name for name in NEEDED if name not in asked)
    return Wish(components, algorithm, label, "alg" in parameters, tag, nonce)
