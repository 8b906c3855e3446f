"""What can be done with accounts: create, invite, give roles, close."""

from __future__ import annotations

import hashlib
import secrets
import uuid
from collections.abc import Sequence
from datetime import timedelta

from marshmallow import ValidationError, validate
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from federation.database import now
from node.accounts.models import Account, Invitation
from node.accounts.roles import Role
from node.accounts.secret_keys import hash_password
from schemas.errors import Conflict, InvalidInput, NotFound
from schemas.messages import N_

INVITATION_LIFETIME = timedelta(days=14)
SHORTEST_PASSWORD = 12
LONGEST_PASSWORD = 200


def find_by_email(session: Session, email: str) -> Account | None:
    """The account with this e-mail address, whatever its capitals."""
    return session.scalar(select(Account).where(func.lower(Account.email) == email.strip().lower()))


def list_accounts(session: Session) -> Sequence[Account]:
    """All accounts by name."""
    return session.scalars(select(Account).order_by(Account.name)).all()


def get_account(session: Session, account_id: int) -> Account:
    """The account. Raises NotFound."""
    account = session.get(Account, account_id)
    if account is None:
        raise NotFound()
    return account


def create_account(
    session: Session, *, name: str, email: str, roles: frozenset[Role], password_hash: str | None = None
) -> Account:
    """A new account. Raises InvalidInput with ``fields``."""
    name, email = " ".join(name.split()), email.strip()
    check_person(name, email)
    if find_by_email(session, email):
        raise InvalidInput(fields={"email": [N_("Somebody already uses this e-mail address.")]})
    if not roles:
        raise InvalidInput(fields={"roles": [N_("Choose at least one role.")]})
    account = Account(
        name=name,
        email=email,
        password=password_hash,
        active=True,
        fs_uniquifier=uuid.uuid4().hex,
        fs_webauthn_user_handle=uuid.uuid4().hex,
    )
    account.set_roles(roles)
    session.add(account)
    session.flush()
    return account


def check_person(name: str, email: str) -> None:
    """Raise InvalidInput unless these can be somebody's name and e-mail address."""
    fields = {}
    if not name or len(name) > 120:
        fields["name"] = [N_("Please fill this in.")]
    try:
        validate.Email()(email)
    except ValidationError:
        fields["email"] = [N_("This is not an e-mail address.")]
    if fields:
        raise InvalidInput(fields=fields)


def hash_checked(password: str, again: str, *, field: str = "password") -> str:
    """The hash of a new password. Raises InvalidInput when it is too short or typed differently."""
    if len(password) < SHORTEST_PASSWORD:
        raise InvalidInput(fields={field: [N_("Use at least 12 characters. A short sentence is fine.")]})
    if len(password) > LONGEST_PASSWORD:
        raise InvalidInput(fields={field: [N_("Use at most 200 characters.")]})
    if password != again:
        raise InvalidInput(fields={f"{field}_again": [N_("The two passwords are not the same.")]})
    return hash_password(password)


def change_roles(session: Session, account: Account, roles: frozenset[Role]) -> None:
    """Give exactly these roles. Raises Conflict when no administrator would be left."""
    if not roles:
        raise InvalidInput(fields={"roles": [N_("Choose at least one role.")]})
    _keep_an_administrator(session, account, Role.ADMINISTRATOR in roles)
    account.set_roles(roles)


def set_active(session: Session, account: Account, *, active: bool) -> None:
    """Open or close an account; closing ends its sessions. Raises Conflict for the last administrator."""
    _keep_an_administrator(session, account, active and Role.ADMINISTRATOR in account.role_set)
    account.active = active
    if not active:
        account.fs_uniquifier = uuid.uuid4().hex


def _keep_an_administrator(session: Session, account: Account, remains: bool) -> None:
    others = (one for one in list_accounts(session) if one.id != account.id and one.active)
    if not remains and not any(Role.ADMINISTRATOR in one.role_set for one in others):
        raise Conflict(N_("Somebody must stay administrator. Make another person administrator first."))


def invite(session: Session, account: Account) -> str:
    """A new one-time token by which the account's owner chooses a password; earlier ones end."""
    for earlier in session.scalars(select(Invitation).where(Invitation.account_id == account.id)):
        session.delete(earlier)
    token = secrets.token_urlsafe(24)
    expires_at = now() + INVITATION_LIFETIME
    session.add(Invitation(account_id=account.id, token_hash=hash_token(token), expires_at=expires_at))
    session.flush()
    return token


def find_invitation(session: Session, token: str) -> Invitation:
    """The invitation that is still open. Raises NotFound, the same whether spent, old or made up."""
    found = session.scalar(select(Invitation).where(Invitation.token_hash == hash_token(token)))
    if found is None or found.used_at or found.expires_at < now() or not found.account.active:
        raise NotFound(N_("This link has been used or is too old. Ask for a new one."))
    return found


def accept_invitation(session: Session, token: str, password: str, again: str) -> Account:
    """Choose a password by a one-time link; sessions with the old one end."""
    invitation = find_invitation(session, token)
    account = invitation.account
    account.password = hash_checked(password, again)
    account.fs_uniquifier = uuid.uuid4().hex
    invitation.used_at = now()
    return account


def reset_second_factor(account: Account) -> None:
    """For who lost the telephone: forget codes and passkeys; they are set up anew at sign-in."""
    account.tf_primary_method = account.tf_totp_secret = account.totp_counter = None
    account.mf_recovery_codes = None
    account.webauthn = []
    account.fs_uniquifier = uuid.uuid4().hex


def hash_token(token: str) -> str:
    """The SHA-256 of a random token: enough, because nobody can guess 24 random bytes."""
    return hashlib.sha256(token.encode()).hexdigest()
