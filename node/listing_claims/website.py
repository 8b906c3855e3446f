"""The proof by a file: `/.well-known/omzien-claim.json` on the entry's own website names node and entry.

It is no secret: who can put a file there speaks for the domain, and it counts for that one node only.
A node that lives on that domain serves the file itself.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from federation.fetching.fetch import PLAIN_JSON, check_url, fetch_json
from federation.fetching.origins import LOOPBACK_HOSTS, host_of, origin_of
from federation.settings import Settings
from schemas.errors import AppError, GaveUp

PATH = "/.well-known/omzien-claim.json"
MOST = 100
"""Claims in one file that are looked at."""


def document_of(claims: Iterable[tuple[str, str]]) -> dict[str, Any]:
    """The file: which node claims which entries, as (node, entry)."""
    return {"claims": [{"node": node, "entry": entry} for node, entry in claims]}


def address_on(settings: Settings, website: str) -> str:
    """Where the file must be: https, at the root of the website. GaveUp when we would not ask there."""
    try:
        origin = origin_of(website)
        if not (settings.allow_loopback and host_of(website) in LOOPBACK_HOSTS):
            origin = origin.replace("http://", "https://", 1)
    except AppError as error:
        raise GaveUp(cause=f"no website: {error}") from None
    address = f"{origin}{PATH}"
    check_url(settings, address)
    return address


def is_claimed(settings: Settings, website: str, node: str, entry: str) -> bool:
    """Whether the file on this website says that this node may have this entry.

    Asks another server: call it while no transaction is open. RemoteError when there is no answer.
    """
    address = address_on(settings, website)
    found = fetch_json(settings, address, accept=PLAIN_JSON)
    if _name(found.url) != _name(address):
        raise GaveUp(cause=f"{address} leads to another site")
    return names(found.document, node, entry)


def names(document: dict[str, Any], node: str, entry: str) -> bool:
    """Whether a file names exactly this node for exactly this entry."""
    claims = document.get("claims")
    lines = claims[:MOST] if isinstance(claims, list) else []
    return any(
        isinstance(line, dict) and line.get("node") == node and line.get("entry") == entry for line in lines
    )


def _name(address: str) -> str:
    """The site of an address; with and without www is one site."""
    return origin_of(address).split("://", 1)[1].removeprefix("www.")
