"""What both schemes demand before any cryptography: right times, and a key we can name."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from federation.fetching.origins import is_web_address
from schemas.errors import BadSignature

MOST_SKEW = timedelta(minutes=5)
MOST_AGE = timedelta(hours=1)


LONGEST_AGO = timedelta(days=1)
"""Beyond this it is an old message and not a clock: not worth any cryptography."""


class WrongClock(BadSignature):
    """Signed at a time that is not now; ``seconds`` is how far ahead of us the sender's clock is.

    ``signer`` is the actor whose key we had and who did sign it; empty while that was not verified.
    """

    def __init__(self, cause: str, seconds: float, signer: str = "") -> None:
        super().__init__(cause, kind="clock")
        self.seconds = seconds
        self.signer = signer

    @property
    def may_be_a_clock(self) -> bool:
        """Whether a clock can be so wrong."""
        return abs(self.seconds) <= LONGEST_AGO.total_seconds()


def check_created(created: datetime, received_at: datetime) -> None:
    """Refuse what was signed over an hour ago or in the future; clocks may differ 5 minutes."""
    seconds = (created - received_at).total_seconds()
    if created > received_at + MOST_SKEW:
        raise WrongClock(f"signed in the future, by {seconds:.0f} s", seconds)
    if created < received_at - MOST_AGE - MOST_SKEW:
        raise WrongClock(f"signed too long ago, by {-seconds:.0f} s", seconds)


def check_expires(expires: datetime, received_at: datetime) -> None:
    """Refuse a signature past its own last moment; clocks may differ 5 minutes."""
    if expires < received_at - MOST_SKEW:
        raise BadSignature("the signature has expired", kind="expired")


def instant_of(value: object, name: str) -> datetime:
    """A Unix time as an instant."""
    if isinstance(value, bool) or not isinstance(value, int):
        raise BadSignature(f"{name} is not a whole number", kind="malformed")
    try:
        return datetime.fromtimestamp(value, UTC)
    except (OverflowError, ValueError, OSError):
        raise BadSignature(f"{name} is not a time", kind="malformed") from None


def check_key_id(key_id: object) -> str:
    """The key id, when it is a web address."""
    if not isinstance(key_id, str) or not is_web_address(key_id):
        raise BadSignature(f"the key id is not a web address: {str(key_id)[:200]!r}", kind="malformed")
    return key_id
