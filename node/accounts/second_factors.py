"""The second key besides a password: codes of an authenticator app, and passkeys.

Flask-Security keeps passkeys for the first and for the second factor apart, and does not ask
the owner's PIN for the second. Ours are one kind: each always asks its owner, so it can stand
alone or beside a password.
"""

from __future__ import annotations

from ipaddress import ip_address
from typing import Any, cast

from flask import request, session
from flask_security import LoginForm, UserMixin, WebauthnUtil
from flask_security.webauthn import (
    WebAuthnRegisterForm,
    WebAuthnSigninResponseForm,
    WebAuthnTfPlugin,
)
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from node.accounts.models import Account
from schemas.messages import N_


def passkeys_work() -> bool:
    """True when browsers allow passkeys at the address of this request: a name, by https or at home."""
    host = request.host.rsplit(":", 1)[0].strip("[]")
    try:
        ip_address(host)
    except ValueError:
        return request.is_secure or host == "localhost"
    return False


class SignInForm(LoginForm):
    """E-mail and password. Nobody is remembered beyond the session: computers are shared."""

    remember = None


class PasskeyRules(WebauthnUtil):
    """Ask the owner (PIN, finger or face) at every use; any kind of authenticator will do."""

    def authenticator_selection(self, user: UserMixin, usage: str) -> AuthenticatorSelectionCriteria:
        """What a new passkey must be."""
        del user, usage
        return AuthenticatorSelectionCriteria(
            resident_key=ResidentKeyRequirement.PREFERRED,
            user_verification=UserVerificationRequirement.REQUIRED,
        )

    def user_verification(self, user: UserMixin | None, usage: list[str]) -> UserVerificationRequirement:
        """Always: without it a found key would be enough."""
        del user, usage
        return UserVerificationRequirement.REQUIRED

    def authentication_options(
        self, user: UserMixin | None, usage: list[str], existing_options: dict[str, Any]
    ) -> dict[str, Any]:
        """Beside a password: any passkey of that account, also one that is not discoverable."""
        options = super().authentication_options(user, usage, existing_options)
        if user is not None:
            options["allow_credentials"] = [
                PublicKeyCredentialDescriptor(id=k.credential_id) for k in user.webauthn
            ]
        return options


class PasskeyRegisterForm(WebAuthnRegisterForm):
    """A name for a new passkey; it may be used alone."""

    def validate(self, **kwargs: Any) -> bool:
        """Keep one kind of passkey, whatever the browser sent."""
        self.usage.data = "first"
        return bool(super().validate(**kwargs))


class PasskeySignInResponseForm(WebAuthnSigninResponseForm):
    """The answer of a passkey. Beside a password it must be a passkey of that same account."""

    def validate(self, **kwargs: Any) -> bool:
        """Check the signature, its owner's PIN, and whose passkey it is."""
        beside_password, self.is_secondary = self.is_secondary, False
        self.user_verification = True
        self.remember.data = ""
        if not super().validate(**kwargs) or self.errors:
            return False
        if beside_password and cast(Account, self.user).fs_uniquifier != session.get("tf_user_id"):
            self.credential.errors = [N_("This passkey belongs to another account.")]
            return False
        return True


class PasskeySecondFactor(WebAuthnTfPlugin):
    """A passkey beside a password: any that the account has."""

    def get_setup_methods(self, user: UserMixin) -> list[tuple[str, str]]:
        """Offered when there is one."""
        return [("webauthn", N_("passkey"))] if user.webauthn else []
