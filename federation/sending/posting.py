"""Posting: a batch of deliveries at once, with a limit per host and no database in sight."""

from __future__ import annotations

import asyncio
import json
import time
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import aiohttp

from federation.actors.keys import KeyPair
from federation.fetching.addresses import guarded_connector
from federation.fetching.fetch import USER_AGENT, check_url
from federation.sending.delivery import Outcome
from federation.settings import Settings
from federation.signatures.signing import key_id_for, sign_request
from schemas.errors import AppError
from schemas.objects import Document

BATCH_TIME = 40.0  # seconds; less than the claim, so that an outcome is always ours to record
TIMEOUT = aiohttp.ClientTimeout(total=10)
AT_ONCE, AT_ONCE_PER_HOST = 64, 4


@dataclass(frozen=True)
class Letter:
    """One delivery with everything needed to post it."""

    delivery_id: int
    inbox: str
    host: str
    body: bytes
    actor_uri: str
    keys: KeyPair
    schemes: Sequence[str]
    """Signature schemes in the order to try them."""


def body_of(activity: Document) -> bytes:
    """An activity as it is posted."""
    return json.dumps(activity, ensure_ascii=False, separators=(",", ":")).encode()


def post_all(settings: Settings, letters: Iterable[Letter]) -> list[Outcome]:
    """Post all letters; returns one outcome for each."""
    return asyncio.run(_post_all(settings, list(letters)))


async def _post_all(settings: Settings, letters: list[Letter]) -> list[Outcome]:
    by_host: dict[str, list[Letter]] = defaultdict(list)
    for letter in letters:
        by_host[letter.host].append(letter)
    total = asyncio.Semaphore(AT_ONCE)
    async with _client(settings) as client:
        hosts = [_Host(settings, client, total) for _host in by_host]
        work = [
            host.post(letter) for host, queue in zip(hosts, by_host.values(), strict=True) for letter in queue
        ]
        return list(await asyncio.gather(*work))


def _client(settings: Settings) -> aiohttp.ClientSession:
    return aiohttp.ClientSession(
        connector=guarded_connector(settings),
        cookie_jar=aiohttp.DummyCookieJar(),
        trust_env=False,
        timeout=TIMEOUT,
        headers={"User-Agent": USER_AGENT},
    )


class _Host:
    """The letters to one host: a few at once, none any more after it failed."""

    def __init__(self, settings: Settings, client: aiohttp.ClientSession, total: asyncio.Semaphore) -> None:
        self._settings, self._client, self._total = settings, client, total
        self._here = asyncio.Semaphore(AT_ONCE_PER_HOST)
        self._until = time.monotonic() + BATCH_TIME - (TIMEOUT.total or 0) * 2
        self._down = False
        self._schemes: Sequence[str] = ()

    async def post(self, letter: Letter) -> Outcome:
        """Post one letter, by the other signature scheme too when the first is refused."""
        async with self._here, self._total:
            if self._down or time.monotonic() > self._until:
                return Outcome(letter.delivery_id, postponed=True)
            outcome = await self._knock_twice(letter)
            self._down = self._down or outcome.status is None
            return outcome

    async def _knock_twice(self, letter: Letter) -> Outcome:
        outcome = Outcome(letter.delivery_id, error="no signature scheme")
        for scheme in self._schemes or letter.schemes:
            outcome = await self._knock(letter, scheme)
            if outcome.status not in {401, 403}:
                break
        if outcome.scheme:
            self._schemes = (outcome.scheme, *(s for s in letter.schemes if s != outcome.scheme))
        return outcome

    async def _knock(self, letter: Letter, scheme: str) -> Outcome:
        try:
            check_url(self._settings, letter.inbox)
            headers = sign_request(
                letter.keys,
                key_id=key_id_for(letter.actor_uri, scheme, letter.keys.generation),
                method="POST",
                url=letter.inbox,
                body=letter.body,
                scheme=scheme,
            )
            return await self._send(letter, headers, scheme)
        except AppError as error:
            return Outcome(letter.delivery_id, status=400, error=str(error))
        except (aiohttp.ClientError, OSError, TimeoutError) as error:
            return Outcome(letter.delivery_id, error=f"{type(error).__name__}: {error}")

    async def _send(self, letter: Letter, headers: dict[str, str], scheme: str) -> Outcome:
        posting = self._client.post(letter.inbox, data=letter.body, headers=headers, allow_redirects=False)
        async with posting as response:
            accepted = 200 <= response.status < 300
            text = "" if accepted else (await response.content.read(400)).decode("utf-8", "replace")
            wait = response.headers.get("Retry-After", "")
            return Outcome(
                letter.delivery_id,
                status=response.status,
                error=text.replace("\x00", ""),
                retry_after=float(wait) if wait.isdecimal() else None,
                scheme=scheme if accepted else "",
            )
