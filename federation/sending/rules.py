"""The rules of sending as pure functions: what an answer means, and when to try again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

FIRST_PAUSE, LONGEST_PAUSE, HELD = 5.0, 6 * 3600.0, 7 * 86400.0  # seconds
LONGEST_ASKED = 86400.0
"""Seconds of a Retry-After that we heed; who asks for more hears from us once a day."""
REFUSALS = 6
"""Attempts after 401 or 403: our key or our membership may only just be on its way there."""
_PASSING = frozenset({408, 425, 429})
_AWAY = frozenset({502, 503, 504})
"""The server behind is not there: the same as no answer."""
_SLOW_DOWN = frozenset({429, 503})


@dataclass(frozen=True)
class Outcome:
    """What came of one attempt. Without a status the host could not be reached."""

    delivery_id: int
    status: int | None = None
    error: str = ""
    retry_after: float | None = None
    scheme: str = ""
    """The signature scheme that was accepted."""
    wish: str = ""
    """The kind of signature the host asked for and then accepted."""
    postponed: bool = False
    """Not attempted: the host failed a moment before, or there was no time left."""
    forbidden: bool = False
    """An address to which we never send."""
    inbox: str = ""
    """The receiver's inbox, looked up just now."""

    @property
    def is_accepted(self) -> bool:
        """Whether the receiver took it."""
        return self.status is not None and 200 <= self.status < 300

    @property
    def host_failed(self) -> bool:
        """Whether the failure is that of the host, not of this message."""
        return not self.forbidden and (self.status is None or self.status >= 500)

    @property
    def host_is_away(self) -> bool:
        """Whether the other messages for this host would fare the same."""
        return self.host_failed and (self.status is None or self.status in _AWAY)

    @property
    def pause(self) -> float:
        """Seconds for which the host asked us to leave it alone."""
        return (self.retry_after or 0.0) if self.status in _SLOW_DOWN else 0.0


@dataclass(frozen=True)
class Verdict:
    """What becomes of a delivery: done, given up for a reason, or due again after ``delay`` seconds."""

    state: str
    reason_code: str = ""
    delay: float = 0.0


DONE = Verdict("done")


def judge(outcome: Outcome, attempts: int, elapsed: float, draw: float) -> Verdict:
    """What becomes of a delivery after its ``attempts``-th attempt, ``elapsed`` seconds since the first."""
    if outcome.is_accepted:
        return DONE
    if outcome.forbidden:
        return Verdict("gave_up", "unreachable")
    if outcome.status in {404, 410}:
        return Verdict("gave_up", "inbox_gone")
    if not _may_pass(outcome, attempts):
        return Verdict("gave_up", "refused")
    delay = retry_delay(attempts, elapsed, draw)
    if delay is None:
        return Verdict("gave_up", "expired")
    return Verdict("due", delay=max(delay, outcome.retry_after or 0.0))


def _may_pass(outcome: Outcome, attempts: int) -> bool:
    """Whether the reason of a failure may go away by itself."""
    if outcome.status in {401, 403}:
        return attempts < REFUSALS
    return outcome.host_failed or outcome.status in _PASSING


def retry_delay(attempts: int, elapsed: float, draw: float = 0.5) -> float | None:
    """Seconds until the next attempt, or None to give up.

    ``attempts`` made so far, ``elapsed`` seconds since the first was due; ``draw`` in [0, 1)
    spreads the delay between 75 % and 125 %, so that a host that returns is not stormed.
    """
    if elapsed >= HELD:
        return None
    mean = min(FIRST_PAUSE * 3.0 ** min(attempts - 1, 20), LONGEST_PAUSE)
    return mean * (0.75 + draw / 2)


def retry_after(header: str, moment: datetime) -> float | None:
    """The seconds that a ``Retry-After`` asks for (a number, or a date), at most a day; None without."""
    text = header.strip()
    if text.isascii() and text.isdigit():
        return min(float(text[:9]), LONGEST_ASKED)
    try:
        at = parsedate_to_datetime(text)
    except (ValueError, TypeError, OverflowError):
        return None
    aware = at if at.tzinfo else at.replace(tzinfo=UTC)
    return min(max((aware - moment).total_seconds(), 0.0), LONGEST_ASKED)
