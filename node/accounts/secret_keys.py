"""Passwords and one-time codes, without the web: hashed and encrypted with keys of this node."""

from __future__ import annotations

import hashlib
import hmac
import unicodedata
from typing import cast

from argon2 import PasswordHasher
from flask_security import Totp, UserMixin
from passlib.totp import TOTP, TotpMatch

from federation.settings import Settings
from node.accounts.models import Account

ISSUER = "Omzien"

_hasher = PasswordHasher()  # Argon2id with RFC 9106's low-memory parameters


class OneTimeCodes(Totp):
    """Codes of an authenticator app that each work once, so that a code seen is a code spent."""

    def is_right(self, token: str, encrypted_key: str) -> bool:
        """True for a code of this key, before there is an account to remember it."""
        return self.verify_totp(token=token, totp_secret=encrypted_key, user=cast(UserMixin, None), window=30)

    def get_last_counter(self, user: UserMixin | None) -> int | None:
        """The counter of the last code that was accepted; nobody's while the account is not made yet."""
        return user.totp_counter if isinstance(user, Account) else None

    def set_last_counter(self, user: UserMixin | None, tmatch: TotpMatch) -> None:
        """Remember the code as spent; committed with the sign-in."""
        if isinstance(user, Account):
            user.totp_counter = tmatch.counter


def hash_password(password: str) -> str:
    """The Argon2id hash that Flask-Security checks at sign-in."""
    return _hasher.hash(unicodedata.normalize("NFKD", password))


def one_time_codes(settings: Settings) -> OneTimeCodes:
    """The factory of secrets for authenticator apps, with this node's key."""
    return OneTimeCodes(totp_secrets(settings), ISSUER)


def totp_secrets(settings: Settings) -> dict[int, str]:
    """The key that encrypts the secrets of authenticator apps in the database."""
    return {1: derive(settings, "totp").hex()}


def encrypted_totp(settings: Settings, key: str) -> str:
    """A secret for an authenticator app that is known beforehand (base32), as the database keeps it."""
    factory = TOTP.using(issuer=ISSUER, secrets=totp_secrets(settings))
    encrypted: str = factory(key=key).to_json(encrypt=True)
    return encrypted


def derive(settings: Settings, purpose: str) -> bytes:
    """A key of 32 bytes for one purpose, so that no two uses share one."""
    return hmac.digest(settings.resolved_secret_key.encode(), f"omzien {purpose}".encode(), hashlib.sha256)
