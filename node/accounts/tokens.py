"""Personal access tokens: how programs of a person reach the API."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from federation.database import now
from node.accounts.models import AccessToken, Account
from node.accounts.service import hash_token
from schemas.errors import InvalidInput, NotFound, NotSignedIn
from schemas.messages import N_

PREFIX = "omz_"
SCOPES: dict[str, str] = {
    "read": N_("read what you may read"),
    "write:templates": N_("make and publish formats"),
    "write:outcomes": N_("prepare and release figures"),
    "write:gatherings": N_("change activities"),
    "write:stories": N_("write and publish stories"),
    "write:directory": N_("keep the entries of the directory"),
    "write:network": N_("join hubs and decide on requests"),
    "admin": N_("everything that you may do"),
}
"""What a token may be for. It never allows more than the roles of its owner."""

LIFETIMES = (30, 90, 365)  # days
_USED_EVERY = timedelta(minutes=5)  # how finely "last used" is kept


def create_token(
    session: Session, account: Account, *, name: str, scopes: Sequence[str], days: int
) -> tuple[AccessToken, str]:
    """A new token and its secret, which is shown once. Raises InvalidInput with ``fields``."""
    fields = {}
    if not name.strip() or len(name) > 80:
        fields["name"] = [N_("Please fill this in.")]
    if not scopes or not set(scopes) <= set(SCOPES):
        fields["scopes"] = [N_("Choose at least one.")]
    if days not in LIFETIMES:
        fields["days"] = [N_("Choose one of the list.")]
    if fields:
        raise InvalidInput(fields=fields)
    secret = PREFIX + secrets.token_urlsafe(30)
    token = AccessToken(
        account_id=account.id,
        name=" ".join(name.split()),
        token_hash=hash_token(secret),
        scopes=[scope for scope in SCOPES if scope in scopes],
        expires_at=now() + timedelta(days=days),
    )
    session.add(token)
    session.flush()
    return token, secret


def list_tokens(session: Session, account: Account) -> Sequence[AccessToken]:
    """The tokens of an account that still work or worked, newest first."""
    mine = select(AccessToken).where(AccessToken.account_id == account.id)
    return session.scalars(mine.order_by(AccessToken.id.desc())).all()


def revoke_token(session: Session, account: Account, token_id: int) -> None:
    """End a token of this account at once. Raises NotFound."""
    token = session.get(AccessToken, token_id)
    if token is None or token.account_id != account.id:
        raise NotFound()
    token.revoked_at = token.revoked_at or now()


def find_token(session: Session, secret: str) -> AccessToken:
    """The working token with this secret. Raises NotSignedIn, the same for every reason."""
    token = session.scalar(select(AccessToken).where(AccessToken.token_hash == hash_token(secret)))
    if token is None or token.revoked_at or token.expires_at < now() or not token.account.active:
        raise NotSignedIn(N_("This access token is not valid (any more)."))
    return token


def has_scope(token: AccessToken, scope: str) -> bool:
    """True when the token is for this; ``admin`` is for all, and writing includes reading."""
    return scope in token.scopes or "admin" in token.scopes or scope == "read"


def note_use(token: AccessToken, at: datetime) -> bool:
    """Remember when a token was used, at most every five minutes; True when there is something to keep."""
    if token.last_used_at and at - token.last_used_at < _USED_EVERY:
        return False
    token.last_used_at = at
    return True
