"""Finding actors by what people type, and being found: WebFinger, NodeInfo and host-meta.

Sources: RFC 7033 (WebFinger), RFC 6415 (host-meta), NodeInfo 2.1, FEP-2677 (application actor).
"""

from __future__ import annotations

from typing import Any
from urllib.parse import quote, urlsplit

from sqlalchemy.orm import Session

from federation.actors.former_addresses import former_origin
from federation.actors.former_identities import find_meant
from federation.actors.identities import (
    ROLES,
    Identity,
    base_url,
    find_by_uri,
    find_by_username,
    find_identity,
    page_of,
)
from federation.actors.remote_actors import RemoteActor, remember_actor
from federation.bovine_adapter import nodeinfo_document, read_webfinger, split_handle, webfinger_document
from federation.database import let_go
from federation.fetching.documents import is_activity_json
from federation.fetching.fetch import WEBFINGER, fetch_json
from federation.fetching.origins import LOOPBACK_HOSTS, authority_of, host_of, origin_of, same_origin
from federation.settings import Settings
from federation.signatures.signing import ACTIVITY_JSON
from schemas.errors import GaveUp, InvalidInput, NotFound, TryLater
from schemas.messages import N_
from schemas.objects import Document

VERSION = "0.1.0"
_APPLICATION = "https://www.w3.org/ns/activitystreams#Application"  # FEP-2677
_NODEINFO = "http://nodeinfo.diaspora.software/ns/schema/2.1"
_MOST_TYPED = 500  # characters


def lookup(session: Session, settings: Settings, handle_or_url: str) -> RemoteActor:
    """The actor that a person means by ``@name@host``, an actor's address, or a node's address.

    A node's plain address gives its main actor: the hub before the cooperative. Always asks
    the other server, so that what is shown is what is there now. Call it before anything is
    changed in ``session``: its transaction ends before the other server is asked. Raises
    InvalidInput, TryLater or GaveUp with a text for the person.
    """
    typed = handle_or_url.strip()
    if not typed or len(typed) > _MOST_TYPED:
        raise InvalidInput(N_("Fill in an address, such as https://dorp.example or @naam@dorp.example."))
    server = find_identity(session, "server")
    let_go(session)
    try:
        if "@" in typed and "://" not in typed:
            document = _by_handle(settings, typed, server)
        else:
            document = fetch_json(settings, _address(settings, typed), sign_as=server).document
        return remember_actor(session, document)
    except TryLater as error:
        detail = N_("%(address)s does not answer. Check the address, or try again later.")
        raise TryLater(detail, cause=error.cause, address=typed) from None
    except GaveUp as error:
        detail = N_("We found no community at %(address)s. Check the address.")
        raise GaveUp(detail, cause=error.cause, address=typed) from None


def _by_handle(settings: Settings, typed: str, server: Identity | None) -> Document:
    name, host = split_handle(typed)
    if not name or not host or "/" in host:
        raise InvalidInput(N_("Write the name as @naam@dorp.example."), cause=f"handle {typed!r}")
    base = origin_of(_address(settings, host))
    subject = f"acct:{name}@{host}"
    uri = _self_link(settings, base, subject)
    if not same_origin(uri, base) and _self_link(settings, origin_of(uri), subject) != uri:
        raise GaveUp(cause=f"{origin_of(uri)} does not know {subject}")
    return fetch_json(settings, uri, sign_as=server).document


def _self_link(settings: Settings, base: str, subject: str) -> str:
    url = f"{base}/.well-known/webfinger?resource={quote(subject, safe=':@')}"
    try:
        links = read_webfinger(fetch_json(settings, url, accept=WEBFINGER).document)
        found = next((href for rel, kind, href in links if rel == "self" and is_activity_json(kind)), "")
        origin_of(found)
    except (ValueError, InvalidInput) as error:
        raise GaveUp(cause=f"the WebFinger answer of {base}: {error}") from None
    return found


def _address(settings: Settings, typed: str) -> str:
    """What was typed as an address: https unless it says otherwise, a slash for a bare host."""
    if "://" not in typed:
        bare = f"https://{typed}"
        loopback = settings.allow_loopback and host_of(bare) in LOOPBACK_HOSTS
        typed = f"http://{typed}" if loopback else bare
    origin, parts = origin_of(typed), urlsplit(typed)
    query = f"?{parts.query}" if parts.query else ""
    return f"{origin}{parts.path or '/'}{query}"


def webfinger(session: Session, resource: str) -> Document:
    """The answer for ``acct:name@host`` or an actor's address. NotFound when it is not ours."""
    identity = _meant(session, resource)
    if identity is None:
        raise NotFound(cause=f"WebFinger for {resource[:200]!r}")
    page = page_of(identity)
    links = [
        {"rel": "self", "type": ACTIVITY_JSON, "href": identity.actor_uri},
        {"rel": "http://webfinger.net/rel/profile-page", "type": "text/html", "href": page},
    ]
    return webfinger_document(f"acct:{identity.username}@{identity.host}", [identity.actor_uri, page], links)


def _meant(session: Session, resource: str) -> Identity | None:
    if not resource.startswith("acct:"):
        found = find_by_uri(session, resource) or find_meant(session, resource)
        return found or _main_at(session, resource)
    name, _, host = resource.removeprefix("acct:").lstrip("@").rpartition("@")
    try:
        asked = authority_of(f"{base_url(session).split('://')[0]}://{host}")
    except InvalidInput:
        return None
    is_ours = asked == authority_of(base_url(session)) or former_origin(session, asked) is not None
    return find_by_username(session, name.lower()) if is_ours else None


def _main_at(session: Session, resource: str) -> Identity | None:
    return main_identity(session) if resource.rstrip("/") == base_url(session) else None


def main_identity(session: Session) -> Identity:
    """Who answers for the node as a whole: its hub, else its cooperative, else its server."""
    for role in ("hub", "cooperative", "server"):
        identity = find_identity(session, role)
        if identity is not None:
            return identity
    raise NotFound(cause="the node has no identity")


def nodeinfo_links(session: Session) -> Document:
    """Where the NodeInfo document is, and who the server is (FEP-2677)."""
    base = base_url(session)
    links = [{"rel": _NODEINFO, "href": f"{base}/nodeinfo/2.1"}]
    server = find_identity(session, "server")
    if server is not None:
        links.append({"rel": _APPLICATION, "href": server.actor_uri})
    return {"links": links}


def nodeinfo(session: Session) -> Document:
    """The NodeInfo document: what software, which roles. Never a count of people."""
    roles = [role for role in ROLES if find_identity(session, role)]
    main = main_identity(session)
    metadata: dict[str, Any] = {"nodeName": main.name, "roles": roles, "actor": main.actor_uri}
    return {**nodeinfo_document({"name": "omzien", "version": VERSION}, metadata), "version": "2.1"}


def host_meta_json(session: Session) -> Document:
    """The same as `host_meta`, for who asks for JSON (RFC 6415, appendix A)."""
    template = f"{base_url(session)}/.well-known/webfinger?resource={{uri}}"
    return {"links": [{"rel": "lrdd", "type": "application/jrd+json", "template": template}]}


def host_meta(session: Session) -> str:
    """The XRD that leads old software to WebFinger."""
    template = f"{base_url(session)}/.well-known/webfinger?resource={{uri}}"
    return (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<XRD xmlns="http://docs.oasis-open.org/ns/xri/xrd-1.0">\n'
        f'  <Link rel="lrdd" type="application/jrd+json" template="{template}"/>\n'
        "</XRD>\n"
    )
