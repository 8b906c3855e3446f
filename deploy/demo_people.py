"""The invented people of the demo: one password for all, and a sign-in code that anybody can compute.

Good for nodes on loopback with example data, and for nothing else.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import time
from dataclasses import dataclass

from node.accounts.roles import Role

PASSWORD = "samen onder de linde"  # noqa: S105  # printed on the screen
STEP = 30  # seconds, RFC 6238


@dataclass(frozen=True)
class Person:
    """Somebody who can sign in."""

    name: str
    email: str
    title: str
    roles: frozenset[Role]

    @property
    def totp_key(self) -> str:
        """The secret of this person's authenticator app, in base32."""
        return base64.b32encode(hashlib.sha256(f"omzien demo {self.email}".encode()).digest()[:20]).decode()

    def code(self, at: float | None = None) -> str:
        """The six digits of this moment (RFC 6238)."""
        counter = int(time.time() if at is None else at) // STEP
        digest = hmac.digest(base64.b32decode(self.totp_key), counter.to_bytes(8, "big"), "sha1")
        start = digest[-1] & 15
        number = int.from_bytes(digest[start : start + 4], "big") & 0x7FFFFFFF
        return f"{number % 1_000_000:06}"


def _person(name: str, email: str, title: str, *roles: Role) -> Person:
    return Person(name, email, title, frozenset(roles))


HUB = (
    _person("Nora Wiersma", "nora@netwerk.example", "landelijk coördinator",
            Role.COORDINATOR, Role.BOARD, Role.ADMINISTRATOR),
)  # fmt: skip
AUSTERLITZ = (
    _person("Ineke Bosland", "ineke@austerlitz.example", "bestuur en beheer", Role.BOARD, Role.ADMINISTRATOR),
    _person("Hendrik Laar", "hendrik@austerlitz.example", "bestuur", Role.BOARD),
    _person("Marieke Dambrink", "marieke@austerlitz.example", "dorpsondersteuner", Role.SUPPORTER),
    _person("Kees Hoekveld", "kees@austerlitz.example", "penningmeester", Role.TREASURER),
    _person("Fatima Yildirim", "fatima@austerlitz.example", "leidt de eettafel", Role.ACTIVITY_LEADER),
    _person("Wim Rietkamp", "wim@austerlitz.example", "lid", Role.MEMBER),
)
ELSENDORP = (
    _person("Toon Verbakel", "toon@elsendorp.example", "bestuur en beheer", Role.BOARD, Role.ADMINISTRATOR),
    _person("Lies Peerboom", "lies@elsendorp.example", "dorpsondersteuner", Role.SUPPORTER),
)
EVERYBODY = HUB + AUSTERLITZ + ELSENDORP


def find(name: str) -> Person | None:
    """The person with this e-mail address or first name."""
    wanted = name.strip().casefold()
    return next((each for each in EVERYBODY if wanted in {each.email, each.email.partition("@")[0]}), None)
