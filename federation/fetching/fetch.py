"""The one fetcher: everything this node asks of other servers by GET goes through here.

https only, public addresses only, at most three redirects, ten seconds in all, a megabyte at
most, and a document counts only at the address that it names as its own.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace
from urllib.parse import urldefrag, urljoin

import aiohttp
import structlog

from federation.actors.identities import Identity, keys_of
from federation.database import now
from federation.fetching.addresses import ForbiddenAddress, guarded_connector
from federation.fetching.budget import charge_fetch
from federation.fetching.documents import MOST_FETCHED, is_activity_json, read_document
from federation.fetching.origins import LOOPBACK_HOSTS, host_of, origin_of, same_origin
from federation.fetching.packed import unpack
from federation.sending.rules import retry_after
from federation.settings import Settings
from federation.signatures.signing import ACTIVITY_JSON, key_id_for, sign_request
from schemas.context import AS2
from schemas.errors import GaveUp, InvalidInput, RemoteError, TryLater
from schemas.objects import Document

log = structlog.get_logger(__name__)

TIMEOUT = 10.0  # seconds, all redirects together
MOST_REDIRECTS = 3
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
    is_packed: bool = False
    """True when a gzip answer is read too: what it unpacks to is bounded all the same."""
    is_gone: bool = False
    """True when the tombstone in a 410 is an answer too."""
    is_file: bool = False
    """True when the bytes are wanted as they are; whoever asked looks what they are."""
    most: int = MOST_FETCHED
    """Bytes."""


ACTIVITY = Accept(f'{ACTIVITY_JSON}, application/ld+json; profile="{AS2}"', frozenset(), has_id=True)
WEBFINGER = Accept(
    "application/jrd+json, application/json", frozenset({"application/jrd+json", "application/json"})
)
FEED = replace(ACTIVITY, is_packed=True)
"""Pages of a feed: many documents with the same context, a tenth when packed."""
RECORD = replace(ACTIVITY, is_gone=True)
"""A record, or what its owner says of its end."""
PLAIN_JSON = Accept("application/json", frozenset({"application/json"}))


@dataclass(frozen=True)
class Fetched:
    """A document and the address it finally came from."""

    url: str
    document: Document
    scheme: str = ""
    """The signature scheme that was taken; empty when it was not signed."""
    body: bytes = b""
    """Of a file."""


@dataclass(frozen=True)
class Request:
    """What is asked, in whose name, and by which signature schemes in their order."""

    settings: Settings
    accept: Accept
    sign_as: Identity | None = None
    schemes: tuple[str, ...] = ("cavage", "rfc9421")


def fetch_json(
    settings: Settings,
    url: str,
    *,
    sign_as: Identity | None = None,
    accept: Accept = ACTIVITY,
    schemes: tuple[str, ...] = ("cavage", "rfc9421"),
) -> Fetched:
    """Fetch one JSON document. TryLater when it may work later, GaveUp when it will not.

    An ActivityPub document whose ``id`` is another address is asked for once more, there. A host
    that answers 401 is asked once more by the other signature scheme.
    """
    return _fetch(Request(settings, accept, sign_as, schemes), url)


def fetch_file(settings: Settings, url: str, *, types: frozenset[str], most: int) -> bytes:
    """Fetch a file of one of these media types and of at most so many bytes; raises like `fetch_json`."""
    accept = Accept(", ".join(sorted(types)), types, is_file=True, most=most)
    return _fetch(Request(settings, accept), url).body


def _fetch(asked: Request, url: str) -> Fetched:
    try:
        fetched = asyncio.run(_within_time(asked, url))
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


async def _within_time(asked: Request, url: str) -> Fetched:
    try:
        async with asyncio.timeout(TIMEOUT), _client(asked.settings) as client:
            fetched = await _follow(client, asked, url)
            if not asked.accept.has_id or _names_itself(fetched):
                return fetched
            return await _from_its_id(client, asked, fetched)
    except TimeoutError:
        raise TryLater(cause=f"no complete answer within {TIMEOUT:.0f} seconds") from None
    except (aiohttp.ClientError, OSError) as error:
        raise _connection_error(error) from None


async def _from_its_id(client: aiohttp.ClientSession, asked: Request, fetched: Fetched) -> Fetched:
    uri = fetched.document.get("id")
    if not isinstance(uri, str):
        raise GaveUp(cause=f"the document at {fetched.url} has no id")
    again = await _follow(client, asked, urldefrag(uri).url)
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


async def _follow(client: aiohttp.ClientSession, asked: Request, url: str) -> Fetched:
    url = urldefrag(url).url
    seen: list[str] = []
    while len(seen) <= MOST_REDIRECTS:
        check_url(asked.settings, url)
        if url in seen:
            raise GaveUp(cause=f"a circle of redirects at {url}")
        seen.append(url)
        answer = await _knock(client, asked, url, signed=same_origin(url, seen[0]))
        if isinstance(answer, Fetched):
            return answer
        url = answer
    raise GaveUp(cause=f"more than {MOST_REDIRECTS} redirects")


async def _knock(client: aiohttp.ClientSession, asked: Request, url: str, *, signed: bool) -> Fetched | str:
    """The document, or the address to which it leads on; by the other scheme too when one is refused."""
    schemes = asked.schemes[:2] if signed and asked.sign_as is not None else ("",)
    for scheme in schemes:
        charge_fetch()
        headers = {**_wishes(asked.accept), **_signature(asked, url, scheme)}
        async with client.get(url, headers=headers, allow_redirects=False) as response:
            if response.status in _REDIRECTS:
                return _next(url, response)
            if response.status == 401 and scheme != schemes[-1]:
                continue
            body = await _read(response, asked.accept)
            if asked.accept.is_file:
                return Fetched(url, {}, scheme, body)
            return Fetched(url, _document(body, response.status), scheme)
    raise GaveUp(cause="no signature scheme")


def _wishes(accept: Accept) -> dict[str, str]:
    return {"Accept": accept.header, "Accept-Encoding": "gzip" if accept.is_packed else "identity"}


def _signature(asked: Request, url: str, scheme: str) -> dict[str, str]:
    if asked.sign_as is None or not scheme:
        return {}
    keys = keys_of(asked.settings, asked.sign_as)
    key_id = key_id_for(asked.sign_as.actor_uri, scheme, keys.generation)
    return sign_request(keys, key_id=key_id, method="GET", url=url, body=None, scheme=scheme)


def _next(url: str, response: aiohttp.ClientResponse) -> str:
    target = response.headers.get("Location", "")
    if not target:
        raise GaveUp(cause="a redirect to nowhere", status=response.status)
    return urldefrag(urljoin(url, target)).url


async def _read(response: aiohttp.ClientResponse, accept: Accept) -> bytes:
    _check_status(response, accept)
    content_type = response.headers.get("Content-Type", "")
    plain = content_type.split(";", 1)[0].strip().lower()
    is_wanted = plain in accept.types or (is_activity_json(content_type) and not accept.is_file)
    if not is_wanted:
        raise GaveUp(cause=f"an answer of type {content_type[:80]!r}", status=response.status)
    encoding = response.headers.get("Content-Encoding", "identity").strip().lower()
    if encoding != "identity" and not (encoding == "gzip" and accept.is_packed):
        raise GaveUp(cause="a compressed answer, which we did not ask for", status=response.status)
    body = await _bounded(response, accept.most)
    if encoding != "gzip":
        return body
    try:
        return unpack(body, MOST_FETCHED)
    except InvalidInput as error:
        raise GaveUp(cause=f"not a document we read: {error.cause}", status=response.status) from None


def _document(body: bytes, status: int) -> Document:
    try:
        return read_document(body, most_items=_MOST_ITEMS)
    except InvalidInput as error:
        raise GaveUp(cause=f"not a document we read: {error.cause}", status=status) from None


def _check_status(response: aiohttp.ClientResponse, accept: Accept) -> None:
    if response.status == 200 or (response.status == 410 and accept.is_gone):
        return
    cause = f"status {response.status}"
    if response.status in _TRY_AGAIN:
        wait = retry_after(response.headers.get("Retry-After", ""), now())
        raise TryLater(cause=cause, status=response.status, retry_after=wait)
    raise GaveUp(cause=cause, status=response.status)


async def _bounded(response: aiohttp.ClientResponse, most: int) -> bytes:
    parts, size = [], 0
    async for part in response.content.iter_chunked(65536):
        size += len(part)
        if size > most:
            raise GaveUp(cause=f"an answer of more than {most} bytes", status=response.status)
        parts.append(part)
    return b"".join(parts)


def _connection_error(error: Exception) -> RemoteError:
    """Certificates and forbidden addresses will not mend themselves; the rest may."""
    cause = f"{type(error).__name__}: {error}"
    forbidden = isinstance(getattr(error, "os_error", error), ForbiddenAddress)
    if forbidden or isinstance(error, aiohttp.ClientConnectorCertificateError | aiohttp.InvalidURL):
        return GaveUp(cause=cause)
    return TryLater(cause=cause)
