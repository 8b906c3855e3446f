"""The one fetcher: everything this node asks of other servers by GET goes through here.

https only, public addresses only, at most three redirects, ten seconds in all, a megabyte at
most, and a document counts only at the address that it names as its own.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from urllib.parse import urldefrag, urljoin

import aiohttp
import structlog

from federation.actors.identities import Identity, keys_of
from federation.fetching.addresses import ForbiddenAddress, guarded_connector
from federation.fetching.documents import MOST_FETCHED, is_activity_json, read_document
from federation.fetching.origins import LOOPBACK_HOSTS, host_of, origin_of, same_origin
from federation.settings import Settings
from federation.signatures.signing import ACTIVITY_JSON, key_id_for, sign_request
from schemas.context import AS2
from schemas.errors import GaveUp, InvalidInput, RemoteError, TryLater
from schemas.objects import Document

log = structlog.get_logger(__name__)

TIMEOUT = 10.0  # seconds, all redirects together
_MOST_REDIRECTS = 3
_MOST_ITEMS = 1000
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_TRY_AGAIN = frozenset({408, 425, 429, 500, 502, 503, 504})
USER_AGENT = "Omzien (ActivityPub)"


@dataclass(frozen=True)
class Accept:
    """What kind of answer is wanted."""

    header: str
    types: frozenset[str]
    """Media types besides those of ActivityPub."""
    has_id: bool = False
    """True when the document must name its own address as its ``id``."""


ACTIVITY = Accept(f'{ACTIVITY_JSON}, application/ld+json; profile="{AS2}"', frozenset(), has_id=True)
WEBFINGER = Accept(
    "application/jrd+json, application/json", frozenset({"application/jrd+json", "application/json"})
)
PLAIN_JSON = Accept("application/json", frozenset({"application/json"}))


@dataclass(frozen=True)
class Fetched:
    """A document and the address it finally came from."""

    url: str
    document: Document


def fetch_json(
    settings: Settings, url: str, *, sign_as: Identity | None = None, accept: Accept = ACTIVITY
) -> Fetched:
    """Fetch one JSON document. TryLater when it may work later, GaveUp when it will not.

    An ActivityPub document whose ``id`` is another address is asked for once more, there.
    """
    try:
        fetched = asyncio.run(_within_time(settings, url, sign_as, accept))
    except RemoteError as error:
        log.info("fetch.failed", url=url[:500], reason=error.cause)
        raise
    return fetched


def check_url(settings: Settings, url: str) -> None:
    """Raise GaveUp unless we may ask this address: https, or http to loopback where that is allowed."""
    try:
        origin, host = origin_of(url), host_of(url)
    except InvalidInput as error:
        raise GaveUp(cause=f"not an address we fetch: {error.cause}") from None
    if origin.startswith("https://"):
        return
    if not (settings.allow_loopback and host in LOOPBACK_HOSTS):
        raise GaveUp(cause=f"{origin} is not https")


async def _within_time(settings: Settings, url: str, sign_as: Identity | None, accept: Accept) -> Fetched:
    try:
        async with asyncio.timeout(TIMEOUT), _client(settings) as client:
            fetched = await _follow(client, settings, url, sign_as, accept)
            if not accept.has_id or _names_itself(fetched):
                return fetched
            return await _from_its_id(client, settings, fetched, sign_as)
    except TimeoutError:
        raise TryLater(cause=f"no complete answer within {TIMEOUT:.0f} seconds") from None
    except (aiohttp.ClientError, OSError) as error:
        raise _connection_error(error) from None


async def _from_its_id(
    client: aiohttp.ClientSession, settings: Settings, fetched: Fetched, sign_as: Identity | None
) -> Fetched:
    uri = fetched.document.get("id")
    if not isinstance(uri, str):
        raise GaveUp(cause=f"the document at {fetched.url} has no id")
    again = await _follow(client, settings, urldefrag(uri).url, sign_as, ACTIVITY)
    if not _names_itself(again):
        raise GaveUp(cause=f"the document at {again.url} has another id")
    return again


def _names_itself(fetched: Fetched) -> bool:
    uri = fetched.document.get("id")
    return isinstance(uri, str) and urldefrag(uri).url == fetched.url


def _client(settings: Settings) -> aiohttp.ClientSession:
    return aiohttp.ClientSession(
        connector=guarded_connector(settings),
        cookie_jar=aiohttp.DummyCookieJar(),
        auto_decompress=False,  # a small answer must not become a large one
        trust_env=False,
        headers={"User-Agent": USER_AGENT, "Accept-Encoding": "identity"},
    )


async def _follow(
    client: aiohttp.ClientSession, settings: Settings, url: str, sign_as: Identity | None, accept: Accept
) -> Fetched:
    url = urldefrag(url).url
    asked: list[str] = []
    while len(asked) <= _MOST_REDIRECTS:
        check_url(settings, url)
        if url in asked:
            raise GaveUp(cause=f"a circle of redirects at {url}")
        asked.append(url)
        signed = sign_as is not None and same_origin(url, asked[0])
        headers = {"Accept": accept.header, **(_signature(settings, url, sign_as) if signed else {})}
        async with client.get(url, headers=headers, allow_redirects=False) as response:
            if response.status not in _REDIRECTS:
                return Fetched(url, await _read(response, accept))
            url = _next(url, response)
    raise GaveUp(cause=f"more than {_MOST_REDIRECTS} redirects")


def _signature(settings: Settings, url: str, identity: Identity | None) -> dict[str, str]:
    if identity is None:
        return {}
    keys = keys_of(settings, identity)
    # draft-cavage is read by all software; ours asks for none
    key_id = key_id_for(identity.actor_uri, "cavage", keys.generation)
    return sign_request(keys, key_id=key_id, method="GET", url=url, body=None, scheme="cavage")


def _next(url: str, response: aiohttp.ClientResponse) -> str:
    target = response.headers.get("Location", "")
    if not target:
        raise GaveUp(cause="a redirect to nowhere", status=response.status)
    return urldefrag(urljoin(url, target)).url


async def _read(response: aiohttp.ClientResponse, accept: Accept) -> Document:
    _check_status(response)
    content_type = response.headers.get("Content-Type", "")
    plain = content_type.split(";", 1)[0].strip().lower()
    if not is_activity_json(content_type) and plain not in accept.types:
        raise GaveUp(cause=f"an answer of type {content_type[:80]!r}", status=response.status)
    if response.headers.get("Content-Encoding", "identity") != "identity":
        raise GaveUp(cause="a compressed answer, which we did not ask for", status=response.status)
    try:
        return read_document(await _bounded(response), most_items=_MOST_ITEMS)
    except InvalidInput as error:
        raise GaveUp(cause=f"not a document we read: {error.cause}", status=response.status) from None


def _check_status(response: aiohttp.ClientResponse) -> None:
    if response.status == 200:
        return
    cause = f"status {response.status}"
    if response.status in _TRY_AGAIN:
        wait = response.headers.get("Retry-After", "")
        raise TryLater(
            cause=cause, status=response.status, retry_after=float(wait) if wait.isdecimal() else None
        )
    raise GaveUp(cause=cause, status=response.status)


async def _bounded(response: aiohttp.ClientResponse) -> bytes:
    parts, size = [], 0
    async for part in response.content.iter_chunked(65536):
        size += len(part)
        if size > MOST_FETCHED:
            raise GaveUp(cause=f"an answer of more than {MOST_FETCHED} bytes", status=response.status)
        parts.append(part)
    return b"".join(parts)


def _connection_error(error: Exception) -> RemoteError:
    """Certificates and forbidden addresses will not mend themselves; the rest may."""
    cause = f"{type(error).__name__}: {error}"
    forbidden = isinstance(getattr(error, "os_error", error), ForbiddenAddress)
    if forbidden or isinstance(error, aiohttp.ClientConnectorCertificateError | aiohttp.InvalidURL):
        return GaveUp(cause=cause)
    return TryLater(cause=cause)
