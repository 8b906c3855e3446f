"""The tables of accounts: account, roles, passkeys, invitations and personal access tokens."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from flask_security import RoleMixin, UserMixin, WebAuthnMixin
from sqlalchemy import JSON, ForeignKey, LargeBinary, String
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.ext.mutable import MutableList
from sqlalchemy.orm import Mapped, mapped_column, relationship

from federation.database import Base, now
from node.accounts.roles import SECOND_FACTOR_ROLES, Action, Role, grants

_CODES = JSON().with_variant(
    JSONB(), "postgresql"
)  # a type of its own: "mutable" is bound to the type object


class AccountRole(Base, RoleMixin):
    """One role of one account."""

    __tablename__ = "account_role"

    account_id: Mapped[int] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"), primary_key=True)
    name: Mapped[str] = mapped_column(String(20), primary_key=True)

    permissions = None


class Passkey(Base, WebAuthnMixin):
    """One passkey (WebAuthn credential) of an account."""

    __tablename__ = "passkey"

    id: Mapped[int] = mapped_column(primary_key=True)
    user_id: Mapped[int] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"), index=True)
    credential_id: Mapped[bytes] = mapped_column(LargeBinary(1024), unique=True)
    public_key: Mapped[bytes] = mapped_column(LargeBinary)
    sign_count: Mapped[int] = mapped_column(default=0)
    transports: Mapped[list[str] | None]
    backup_state: Mapped[bool] = mapped_column(default=False)
    device_type: Mapped[str] = mapped_column(String(64))
    extensions: Mapped[str | None] = mapped_column(String(255))
    name: Mapped[str] = mapped_column(String(64))
    usage: Mapped[str] = mapped_column(String(64))
    create_datetime: Mapped[datetime] = mapped_column(default=now)
    lastuse_datetime: Mapped[datetime] = mapped_column(default=now)


class Account(Base, UserMixin):
    """Somebody who may sign in here. Never leaves this node."""

    __tablename__ = "account"

    id: Mapped[int] = mapped_column(primary_key=True)
    email: Mapped[str] = mapped_column(String(255), unique=True)
    name: Mapped[str] = mapped_column(String(120))
    password: Mapped[str | None] = mapped_column(String(255))
    """None until the invitation is accepted."""
    active: Mapped[bool] = mapped_column(default=True)
    fs_uniquifier: Mapped[str] = mapped_column(String(64), unique=True)
    tf_primary_method: Mapped[str | None] = mapped_column(String(64))
    tf_totp_secret: Mapped[str | None] = mapped_column(String(255))
    """Encrypted with a key that is not in the database."""
    totp_counter: Mapped[int | None]
    """The last counter that was accepted: a code works once."""
    fs_webauthn_user_handle: Mapped[str] = mapped_column(String(64), unique=True)
    mf_recovery_codes: Mapped[list[str] | None] = mapped_column(MutableList.as_mutable(_CODES))
    """Encrypted, each works once."""
    created_at: Mapped[datetime] = mapped_column(default=now)
    signed_in_at: Mapped[datetime | None]

    roles: Mapped[list[AccountRole]] = relationship(  # type: ignore[assignment]  # our own kind of role
        cascade="all, delete-orphan", order_by=AccountRole.name, lazy="selectin"
    )
    webauthn: Mapped[list[Passkey]] = relationship(  # type: ignore[assignment]  # our own kind of passkey
        cascade="all, delete-orphan", lazy="selectin"
    )

    @property
    def role_set(self) -> frozenset[Role]:
        """The roles of this account."""
        return frozenset(Role(role.name) for role in self.roles)

    @property
    def needs_second_factor(self) -> bool:
        """True when one of its roles sees personal data."""
        return bool(self.role_set & SECOND_FACTOR_ROLES)

    @property
    def has_second_factor(self) -> bool:
        """True with an authenticator app or a passkey."""
        return bool(self.tf_primary_method or self.webauthn)

    def may(self, action: Action) -> bool:
        """True when a role of this account has the right, whatever its second factor."""
        return self.active and grants(self.role_set, action)

    def set_roles(self, roles: frozenset[Role]) -> None:
        """Give exactly these roles."""
        kept = [each for each in self.roles if each.name in roles]
        names = {each.name for each in kept}
        self.roles = kept + [
            AccountRole(name=role.value) for role in sorted(roles) if role.value not in names
        ]

    def check_tf_required(
        self, tf_setup_methods: list[tuple[str, str]], tf_fresh: bool
    ) -> tuple[bool, list[tuple[str, str]]]:
        """Flask-Security asks at sign-in: is a second factor needed? One that exists is always asked."""
        del tf_fresh  # a device that was trusted before is asked again
        return self.needs_second_factor or bool(tf_setup_methods), tf_setup_methods

    def check_tf_required_setup(self) -> bool:
        """Flask-Security asks before it lets somebody switch the second factor off."""
        return self.needs_second_factor

    def get_security_payload(self) -> dict[str, Any]:
        """What Flask-Security's JSON answers tell of the account: nothing beyond its number."""
        return {"id": self.id}


class Invitation(Base):
    """A one-time link by which somebody chooses a password; only its hash is kept."""

    __tablename__ = "invitation"

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"), index=True)
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    created_at: Mapped[datetime] = mapped_column(default=now)
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]

    account: Mapped[Account] = relationship()


class AccessToken(Base):
    """A personal access token for programs; only its hash is kept."""

    __tablename__ = "access_token"

    id: Mapped[int] = mapped_column(primary_key=True)
    account_id: Mapped[int] = mapped_column(ForeignKey("account.id", ondelete="CASCADE"), index=True)
    name: Mapped[str] = mapped_column(String(80))
    token_hash: Mapped[str] = mapped_column(String(64), unique=True)
    scopes: Mapped[list[str]]
    created_at: Mapped[datetime] = mapped_column(default=now)
    expires_at: Mapped[datetime]
    last_used_at: Mapped[datetime | None]
    revoked_at: Mapped[datetime | None]

    account: Mapped[Account] = relationship()
