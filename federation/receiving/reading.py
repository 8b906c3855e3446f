"""Authorized fetch: our documents are for whoever says who it is and is not suspended.

Pages for people stay open, and so do the documents that others need to verify a signature (actors,
WebFinger, NodeInfo, our terms): two nodes that both demand signatures can always meet. See ADR 10.
"""

from __future__ import annotations

from datetime import datetime, timedelta

import structlog
from sqlalchemy import Connection, Engine, String, delete, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from federation.database import Base, let_go, now, writing
from federation.receiving.refusals import kind_of
from federation.relations.standing import check_not_blocked, policy
from federation.settings import Settings
from federation.signatures.clocks import note_wrong_clock
from federation.signatures.message import Message
from federation.signatures.policy import MOST_AGE, MOST_SKEW, WrongClock
from federation.signatures.verification import Signer, verify_request
from federation.upserts import insert_if_new
from schemas.errors import AppError, BadSignature

log = structlog.get_logger(__name__)

REPETITION = timedelta(minutes=1)
"""Signatures count whole seconds, so that honest software sends two alike; later it is a replay."""
MEMORY = MOST_AGE + 2 * MOST_SKEW
"""As long as a signature can be valid; then its time alone refuses it."""


class SeenRequest(Base):
    """A signed request to read that we answered: it is not answered again later."""

    __tablename__ = "seen_request"

    seal: Mapped[str] = mapped_column(String(64), primary_key=True)
    """SHA-256 of the signature itself, in hex."""
    seen_at: Mapped[datetime] = mapped_column(default=now, index=True)


def check_may_read(session: Session, settings: Settings, message: Message) -> Signer | None:
    """Who reads; None when this node lets anybody read. Raises BadSignature, NotAllowed or TryLater.

    Like the gate it asks other servers only for an unknown key, and ends the transaction before.
    """
    if not policy(session).signed_reads:
        return None
    bind = session.get_bind()
    try:
        signer = verify_request(session, settings, message)
        check_not_blocked(session, signer.actor.uri)
        let_go(session)
        _check_not_replayed(bind, signer)
    except AppError as error:
        session.rollback()
        reason = error.cause or error.detail
        log.warning("reading.refused", kind=kind_of(error), reason=reason, url=message.url[:500])
        if isinstance(error, WrongClock):
            note_wrong_clock(bind, error)
        raise
    return signer


def _check_not_replayed(bind: Engine | Connection, signer: Signer) -> None:
    with Session(writing(bind)) as session:
        moment = now()
        is_new = insert_if_new(session, SeenRequest, {"seal": signer.seal, "seen_at": moment})
        session.commit()
        if is_new:
            return
        first = session.scalar(select(SeenRequest.seen_at).where(SeenRequest.seal == signer.seal))
    if first is None or moment - first > REPETITION:
        raise BadSignature(f"the same request of {signer.actor.uri} came before", kind="replayed")


def forget_seen_requests(session: Session) -> None:
    """For the sweep: drop those whose signature is no longer valid by its time alone."""
    session.execute(delete(SeenRequest).where(SeenRequest.seen_at < now() - MEMORY))
