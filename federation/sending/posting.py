"""Posting one letter: knocking by one signature scheme, then by what the other side would rather have."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from functools import lru_cache
from urllib.parse import quote, urlsplit

from federation.database import now
from federation.fetching.addresses import ForbiddenAddress
from federation.fetching.fetch import USER_AGENT, check_url
from federation.fetching.origins import origin_of
from federation.sending.answers import Answer, BadAnswer
from federation.sending.connections import Connections, Origin
from federation.sending.letters import Letter, Manner
from federation.sending.rules import Outcome, retry_after
from federation.sending.signing import sign_letter
from federation.sending.wishes import Wish
from federation.sending.wishes import read as read_wish
from federation.settings import Settings
from schemas.errors import AppError

TOTAL_TIME = 10.0
"""Seconds for one letter with all its knocks; connecting takes at most half of it."""
_REFUSED = frozenset({401, 403})
_MOST_KNOCKS = 3
_SAFE = "/?:@!$&'()*+,;=-._~%"
_AGENT = f"user-agent: {USER_AGENT}\r\naccept: */*\r\n"


class Poster:
    """Posts letters; learns within its life how each host wants to be spoken to."""

    def __init__(self, settings: Settings, connections: Connections) -> None:
        self._settings, self._connections = settings, connections
        self._learnt: dict[str, Manner] = {}

    async def post(self, letter: Letter, *, keep: bool) -> Outcome:
        """What came of one letter; ``keep`` the connection for the next. Redirects are not followed."""
        number = letter.delivery_id
        try:
            check_url(self._settings, letter.inbox)
            async with asyncio.timeout(TOTAL_TIME):
                return await self._knock_on(letter, keep=keep)
        except AppError as error:
            return Outcome(number, error=str(error), forbidden=True)
        except TimeoutError:
            return Outcome(number, error="no answer in time")
        except ForbiddenAddress as error:
            return Outcome(number, error=f"ForbiddenAddress: {error}")
        except (OSError, BadAnswer) as error:
            return Outcome(number, error=f"{type(error).__name__}: {error}".replace("\x00", ""))

    async def _knock_on(self, letter: Letter, *, keep: bool) -> Outcome:
        manner = self._learnt.get(letter.host, letter.manner)
        ways = _Ways(manner)
        outcome = Outcome(letter.delivery_id, error="no signature scheme")
        for scheme, wish in ways:
            answer = await self._knock(letter, scheme, wish, keep=keep)
            outcome = _outcome(letter, answer, scheme, wish)
            if answer.status not in _REFUSED:
                break
            ways.refused(answer.headers.get("accept-signature", ""))
        if outcome.is_accepted:
            others = (scheme for scheme in manner.schemes if scheme != outcome.scheme)
            self._learnt[letter.host] = Manner((outcome.scheme, *others), outcome.wish)
        return outcome

    async def _knock(self, letter: Letter, scheme: str, wish: Wish | None, *, keep: bool) -> Answer:
        origin, url, target = _wire(letter.inbox)

        def write() -> bytes:
            headers = sign_letter(letter, url, scheme, wish)
            lines = "".join(f"{name}: {value}\r\n" for name, value in headers.items())
            last = "" if keep else "connection: close\r\n"
            head = f"POST {target} HTTP/1.1\r\n{lines}{_AGENT}{last}\r\n"
            return head.encode("ascii") + letter.body.data

        return await self._connections.exchange(origin, write, keep=keep)


class _Ways:
    """The ways to sign in the order to try them; a refusal may add the one that is asked for."""

    def __init__(self, manner: Manner) -> None:
        wish = read_wish(manner.wish)
        self._left: list[tuple[str, Wish | None]] = [("rfc9421", wish)] if wish else []
        self._left += [(scheme, None) for scheme in manner.schemes]
        self._tried: list[tuple[str, Wish | None]] = []

    def __iter__(self) -> Iterator[tuple[str, Wish | None]]:
        while self._left and len(self._tried) < _MOST_KNOCKS:
            self._tried.append(self._left.pop(0))
            yield self._tried[-1]

    def refused(self, accept_signature: str) -> None:
        """The last way was refused, and this is what the answer asks for, if anything."""
        wish = read_wish(accept_signature)
        if wish is not None and ("rfc9421", wish) not in self._tried:
            self._left.insert(0, ("rfc9421", wish))


def _outcome(letter: Letter, answer: Answer, scheme: str, wish: Wish | None) -> Outcome:
    accepted = answer.is_accepted
    return Outcome(
        letter.delivery_id,
        status=answer.status,
        error=answer.text,
        retry_after=retry_after(answer.headers.get("retry-after", ""), now()),
        scheme=scheme if accepted else "",
        wish=wish.written() if accepted and wish else "",
    )


@lru_cache(maxsize=1024)
def _wire(inbox: str) -> tuple[Origin, str, str]:
    """Where to connect, the address that is signed, and the request target; the same characters in both."""
    base, parts = origin_of(inbox), urlsplit(inbox)
    plain = urlsplit(base)
    path = quote(parts.path or "/", safe=_SAFE.replace("?", ""))
    target = f"{path}?{quote(parts.query, safe=_SAFE)}" if parts.query else path
    is_tls = base.startswith("https://")
    port = plain.port or (443 if is_tls else 80)
    return Origin(is_tls, plain.hostname or "", port), base + target, target
