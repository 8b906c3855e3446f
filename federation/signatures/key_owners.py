"""Finding the owner of a key we have not seen: the only fetch a stranger's message can cause.

Bounded on all sides: one fetch in flight per key, a few at a time per process, a rate per
host, and a pause after every failure.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from threading import BoundedSemaphore, Lock
from urllib.parse import urldefrag
from zlib import crc32

from sqlalchemy import Connection, Engine
from sqlalchemy.orm import Session

from federation.actors.actor_documents import keys_in, read_actor
from federation.actors.identities import Identity, find_identity
from federation.actors.remote_actors import RemoteActor, find_key_owner, remember_actor
from federation.fetching.failed_fetches import check_may_fetch, remember_failure, remember_success
from federation.fetching.fetch import fetch_json
from federation.fetching.origins import authority_of, same_origin
from federation.settings import Settings
from schemas.actors import FOREIGN_ACTOR_TYPES
from schemas.errors import AppError, BadSignature, GaveUp, TryLater
from schemas.objects import Document, type_of

Bind = Engine | Connection

_AT_A_TIME = 4  # of the eight threads of a web process
_PER_HOST = 30  # fetches in a minute
_WAIT = 12.0  # seconds; a little longer than a fetch may take
_slots = BoundedSemaphore(_AT_A_TIME)
_locks = tuple(Lock() for _ in range(64))
_recent: dict[str, deque[float]] = {}
_recent_lock = Lock()


def fetch_key_owner(
    session: Session, settings: Settings, key_id: str, *, known: RemoteActor | None = None
) -> RemoteActor:
    """Fetch the actor that lists ``key_id`` as its own, and remember it.

    ``known`` is the row that proved outdated. BadSignature when no such actor is found, TryLater
    when it cannot be asked now. Ends the session's transaction before it waits for anybody.
    """
    server = find_identity(session, "server")
    bind = session.get_bind()
    session.close()  # its objects stay readable; its lock is free while we wait
    with _one_at_a_time(key_id):
        if not _is_newly_known(bind, key_id, known):
            _fetch_and_remember(bind, settings, key_id, server)
    owner = find_key_owner(session, key_id)
    if owner is None:
        raise BadSignature(f"nobody lists the key {key_id}")
    return owner


def _is_newly_known(bind: Bind, key_id: str, known: RemoteActor | None) -> bool:
    """True when somebody fetched it while we waited; TryLater when it must not be asked for now."""
    with Session(bind) as session:
        newer = find_key_owner(session, key_id)
        if newer is not None and (known is None or newer.fetched_at > known.fetched_at):
            return True
        check_may_fetch(session, key_id)
    _count(authority_of(key_id))
    return False


def _fetch_and_remember(bind: Bind, settings: Settings, key_id: str, server: Identity | None) -> None:
    """In a transaction of its own: what is learned of a key stays, whatever becomes of the message."""
    try:
        document = _owner_document(settings, key_id, server)
    except AppError as error:
        with Session(bind) as session:
            remember_failure(session, key_id, error)
            session.commit()
        if isinstance(error, GaveUp):
            raise BadSignature(f"the key {key_id} cannot be had: {error.cause}") from None
        raise
    with Session(bind) as session:
        remember_actor(session, document)
        remember_success(session, key_id)
        session.commit()


def _owner_document(settings: Settings, key_id: str, server: Identity | None) -> Document:
    """The owner's own document, which lists the key. What the key says of its owner proves nothing."""
    document = fetch_json(settings, urldefrag(key_id).url, sign_as=server).document
    if type_of(document) not in FOREIGN_ACTOR_TYPES:
        owner = document.get("owner") or document.get("controller")
        if not isinstance(owner, str) or not same_origin(owner, key_id):
            raise BadSignature("the key's owner is not of the key's origin")
        document = fetch_json(settings, owner, sign_as=server).document
    read_actor(document)
    if key_id not in keys_in(document):
        raise BadSignature(f"{str(document.get('id'))[:200]} does not list the key {key_id}")
    return document


@contextmanager
def _one_at_a_time(key_id: str) -> Iterator[None]:
    if not _slots.acquire(timeout=1):
        raise TryLater(cause="too many unknown keys at the moment", retry_after=30)
    try:
        lock = _locks[crc32(key_id.encode()) % len(_locks)]
        if not lock.acquire(timeout=_WAIT):
            raise TryLater(cause="the key is being fetched", retry_after=30)
        try:
            yield
        finally:
            lock.release()
    finally:
        _slots.release()


def _count(host: str) -> None:
    """Raise TryLater when this host's keys were asked for too often in the last minute."""
    moment = time.monotonic()
    with _recent_lock:
        for other in [name for name, times in _recent.items() if times[-1] < moment - 60]:
            del _recent[other]
        times = _recent.setdefault(host, deque(maxlen=_PER_HOST))
        if len(times) == _PER_HOST and times[0] > moment - 60:
            raise TryLater(cause=f"too many keys of {host} in a minute", retry_after=60)
        times.append(moment)
