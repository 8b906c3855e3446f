"""The secret address by which a member's own calendar reads what is for members."""

from __future__ import annotations

import hashlib
import secrets

from sqlalchemy import select
from sqlalchemy.orm import Session

from federation.database import now
from federation.upserts import insert_or_update
from node.accounts.models import Account
from node.gatherings.models import CalendarLink
from schemas.errors import NotFound


def make_link(session: Session, account: Account) -> str:
    """A new secret for this member; the one of before works no more. It is shown once and not kept."""
    secret = secrets.token_urlsafe(24)
    values = {"account_id": account.id, "secret_hash": _hash(secret), "created_at": now()}
    insert_or_update(session, CalendarLink, "account_id", values)
    return secret


def has_link(session: Session, account: Account) -> bool:
    """True when this member has a secret address."""
    return session.get(CalendarLink, account.id) is not None


def drop_link(session: Session, account: Account) -> None:
    """The address works no more."""
    link = session.get(CalendarLink, account.id)
    if link is not None:
        session.delete(link)
        session.flush()


def require_link(session: Session, secret: str) -> Account:
    """Whose secret this is. NotFound for any other text, and when the account may not sign in any more."""
    query = select(Account).join(CalendarLink, CalendarLink.account_id == Account.id)
    account = session.scalar(query.where(CalendarLink.secret_hash == _hash(secret), Account.active))
    if account is None:
        raise NotFound(cause="no calendar has this secret")
    return account


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
