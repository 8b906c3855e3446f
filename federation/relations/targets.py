"""What a rule is about: an actor or a host, read from whatever people type.

A rule about a host covers its subdomains; a rule about an actor covers that actor alone.
"""

from __future__ import annotations

from urllib.parse import urlsplit

from sqlalchemy import select
from sqlalchemy.orm import Session

from federation.actors.discovery import lookup
from federation.actors.identities import Identity
from federation.actors.remote_actors import RemoteActor, find_actor
from federation.bovine_adapter import split_handle
from federation.fetching.origins import LOOPBACK_HOSTS, authority_of, host_of, origin_of
from federation.relations.standing import is_covered
from federation.settings import Settings
from schemas.errors import InvalidInput, RemoteError
from schemas.messages import N_

MOST_TYPED = 2000  # characters
_UNREADABLE = N_("Fill in an address, such as dorp.example, https://dorp.example or @naam@dorp.example.")


def is_host(target: str) -> bool:
    """Whether a target is a host, not one actor."""
    return "://" not in target


def is_address(typed: str) -> bool:
    """Whether what was typed looks like an address rather than a name to search for."""
    typed = typed.strip()
    return " " not in typed and any(sign in typed for sign in (".", "://", "@", ":"))


def read_target(session: Session, settings: Settings, typed: str, *, ask: bool = True) -> str:
    """The actor's address or the host that a person means.

    ``@naam@dorp.example`` is an actor, ``https://dorp.example/actors/naam`` too;
    ``dorp.example`` and ``https://dorp.example`` are the host. May ask the other server, so
    call it before anything is changed in ``session``; without ``ask`` an unknown name stands for its
    host. Raises InvalidInput.
    """
    typed = typed.strip()
    if not typed or len(typed) > MOST_TYPED or not is_address(typed):
        raise InvalidInput(fields={"target": [_UNREADABLE]})
    try:
        target = _read(session, settings if ask else None, typed)
    except InvalidInput as error:
        raise InvalidInput(fields={"target": [_UNREADABLE]}, cause=error.cause) from None
    except RemoteError as error:
        raise InvalidInput(fields={"target": [error.detail]}, cause=error.cause, **error.params) from None
    _check_not_ours(session, target)
    return target


def normal_host(typed: str) -> str:
    """A bare host as a rule names it: IDNA, lower case, no usual port. Raises InvalidInput."""
    authority = authority_of(f"https://{typed}")
    if "." not in authority and ":" not in authority and authority not in LOOPBACK_HOSTS:
        raise InvalidInput(_UNREADABLE, cause=f"{typed[:200]!r} is no whole host name")
    return authority


def _read(session: Session, settings: Settings | None, typed: str) -> str:
    if "://" in typed:
        parts = urlsplit(typed)
        origin = origin_of(typed)
        if parts.path in {"", "/"} and not parts.query:
            return normal_host(origin.split("://", 1)[1])
        return _actor_at(session, settings, typed)
    if "@" in typed:
        return _actor_named(session, settings, typed)
    host, slash, path = typed.partition("/")
    if slash and path:
        return _actor_at(session, settings, f"https://{typed}")
    return normal_host(host)


def _actor_at(session: Session, settings: Settings | None, typed: str) -> str:
    """The actor at an address, or the address as it is when nobody answers: one may be suspended
    whose server is down."""
    host_of(typed)
    if settings is None or find_actor(session, typed) is not None:
        return typed
    try:
        return lookup(session, settings, typed).uri
    except RemoteError:
        return typed


def _actor_named(session: Session, settings: Settings | None, typed: str) -> str:
    name, host = split_handle(typed)
    if not name or not host:
        raise InvalidInput(_UNREADABLE, cause=f"handle {typed[:200]!r}")
    query = select(RemoteActor.uri).where(RemoteActor.username == name, RemoteActor.host == normal_host(host))
    known = session.scalar(query.limit(1))
    if known or settings is None:
        return known or normal_host(host)
    return lookup(session, settings, typed).uri


def _check_not_ours(session: Session, target: str) -> None:
    ours = session.scalars(select(Identity.actor_uri)).all()
    if any(is_covered(uri, {target}) for uri in ours):
        raise InvalidInput(fields={"target": [N_("This is your own address.")]})
