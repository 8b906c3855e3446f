"""Finding the owner of a key we have not seen: the only fetch a stranger's message can cause.

Bounded on all sides: one fetch in flight per key and a rate per host, for all processes of the node
together; a few at a time per process; a pause after every failure; a budget for what one key may cost.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from threading import BoundedSemaphore
from urllib.parse import urldefrag

from sqlalchemy import Connection, Engine
from sqlalchemy.orm import Session

from federation.actors.actor_documents import keys_in, read_actor
from federation.actors.remote_actors import RemoteActor, find_key_owner, remember_actor
from federation.database import reading, writing
from federation.fetching.budget import Budget, spending
from federation.fetching.failed_fetches import check_may_fetch, remember_failure, remember_success
from federation.fetching.origins import authority_of, same_origin
from federation.fetching.signed_fetch import fetch_signed
from federation.relations.standing import is_allowed
from federation.settings import Settings
from federation.signatures.fetch_limits import claim_fetch, count_fetch, end_fetch, is_being_fetched
from schemas.actors import FOREIGN_ACTOR_TYPES
from schemas.errors import AppError, BadSignature, GaveUp, TryLater
from schemas.objects import Document, type_of

Bind = Engine | Connection

_AT_A_TIME = 4  # of the eight threads of a web process
_WAIT = 12.0  # seconds for another's fetch; a little longer than one may take
_LOOK_AGAIN = 0.1  # seconds
_MOST_FETCHES = 8  # requests for one key, redirects and second knocks among them
_slots = BoundedSemaphore(_AT_A_TIME)


def fetch_key_owner(
    session: Session, settings: Settings, key_id: str, *, known: RemoteActor | None = None
) -> RemoteActor:
    """Fetch the actor that lists ``key_id`` as its own, and remember it.

    ``known`` is the row that proved outdated. BadSignature when no such actor is found, TryLater
    when it cannot be asked now. Ends the session's transaction before it waits for anybody.
    """
    bind = writing(session.get_bind())
    session.close()  # its objects stay readable; its lock is free while we wait
    with _a_slot():
        if _is_ours_to_fetch(bind, key_id, known):
            _fetch_and_remember(bind, settings, key_id)
    owner = find_key_owner(session, key_id)
    if owner is None:
        raise BadSignature(f"nobody lists the key {key_id}", kind="key_unlisted")
    return owner


def _is_ours_to_fetch(bind: Bind, key_id: str, known: RemoteActor | None) -> bool:
    """False when somebody else fetched it while we waited; TryLater when it must not be asked for now."""
    until = time.monotonic() + _WAIT
    while time.monotonic() < until:
        with Session(reading(bind)) as session:
            newer = find_key_owner(session, key_id)
            if newer is not None and (known is None or newer.fetched_at > known.fetched_at):
                return False
            check_may_fetch(session, key_id)
            is_busy = is_being_fetched(session, key_id)
        if not is_busy and _claim(bind, key_id, newer):
            return True
        time.sleep(_LOOK_AGAIN)
    raise TryLater(cause="the key is being fetched", kind="key_unreachable", retry_after=30)


def _claim(bind: Bind, key_id: str, seen: RemoteActor | None) -> bool:
    """True when the key is ours to fetch; False when another is fetching it, or has just done so."""
    with Session(bind) as session:
        if not claim_fetch(session, key_id):
            return False
        owner = find_key_owner(session, key_id)
        if owner is not None and (seen is None or owner.fetched_at > seen.fetched_at):
            return False
        actor = urldefrag(key_id).url
        count_fetch(session, authority_of(key_id), of_stranger=not is_allowed(session, actor))
        session.commit()
    return True


def _fetch_and_remember(bind: Bind, settings: Settings, key_id: str) -> None:
    """In a transaction of its own: what is learned of a key stays, whatever becomes of the message."""
    try:
        with spending(Budget(fetches=_MOST_FETCHES)):
            document = _owner_document(bind, settings, key_id)
    except AppError as error:
        with Session(bind) as session:
            remember_failure(session, key_id, error)
            end_fetch(session, key_id)
            session.commit()
        error.kind = error.kind or "key_unreachable"
        if isinstance(error, GaveUp):
            raise BadSignature(
                f"the key {key_id} cannot be had: {error.cause}", kind="key_unreachable"
            ) from None
        raise
    with Session(bind) as session:
        remember_actor(session, document)
        remember_success(session, key_id)
        end_fetch(session, key_id)
        session.commit()


def _owner_document(bind: Bind, settings: Settings, key_id: str) -> Document:
    """The owner's own document, which lists the key. What the key says of its owner proves nothing."""
    document = fetch_signed(bind, settings, urldefrag(key_id).url).document
    if type_of(document) not in FOREIGN_ACTOR_TYPES:
        owner = document.get("owner") or document.get("controller")
        if not isinstance(owner, str) or not same_origin(owner, key_id):
            raise BadSignature("the key's owner is not of the key's origin", kind="key_unlisted")
        document = fetch_signed(bind, settings, owner).document
    read_actor(document)
    if key_id not in keys_in(document):
        raise BadSignature(
            f"{str(document.get('id'))[:200]} does not list the key {key_id}", kind="key_unlisted"
        )
    return document


@contextmanager
def _a_slot() -> Iterator[None]:
    if not _slots.acquire(timeout=1):
        raise TryLater(cause="too many unknown keys at the moment", kind="too_many_keys", retry_after=30)
    try:
        yield
    finally:
        _slots.release()
