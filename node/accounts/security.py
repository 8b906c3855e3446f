"""Signing in: Flask-Security on our own tables, with Dutch addresses, our pages and stricter rules.

A password alone never opens a role that sees personal data: an authenticator app or a passkey
is asked too, and a passkey always asks its owner (PIN or finger). Codes work once.
"""

from __future__ import annotations

import base64
from typing import Any, NoReturn, cast

from flask import Flask
from flask_security import Security, SQLAlchemySessionUserDatastore, user_authenticated

from federation.database import now
from federation.flask_session import current_session
from federation.settings import Settings
from node.accounts.messages import messages
from node.accounts.models import Account, AccountRole, Passkey
from node.accounts.second_factors import (
    PasskeyRegisterForm,
    PasskeyRules,
    PasskeySignInResponseForm,
    SignInForm,
)
from node.accounts.secret_keys import ISSUER, OneTimeCodes, derive, totp_secrets
from node.accounts.service import SHORTEST_PASSWORD
from node.layout.languages import TRANSLATIONS
from node.limits import SIGN_IN, SIGN_IN_PER_EMAIL, account_tried, limiter
from schemas.errors import NotFound

ADDRESSES = {
    "LOGIN_URL": "/inloggen",
    "LOGOUT_URL": "/uitloggen",
    "CHANGE_URL": "/account/wachtwoord",
    "VERIFY_URL": "/account/bevestigen",
    "TWO_FACTOR_SETUP_URL": "/account/codes",
    "TWO_FACTOR_TOKEN_VALIDATION_URL": "/inloggen/code",
    "TWO_FACTOR_SELECT_URL": "/inloggen/keuze",
    "TWO_FACTOR_RESCUE_URL": "/inloggen/hulp",
    "MULTI_FACTOR_RECOVERY_CODES_URL": "/account/herstelcodes",
    "MULTI_FACTOR_RECOVERY_URL": "/inloggen/herstelcode",
    "WAN_REGISTER_URL": "/account/passkeys",
    "WAN_DELETE_URL": "/account/passkeys/weg",
    "WAN_VERIFY_URL": "/account/bevestigen/passkey",
    "WAN_SIGNIN_URL": "/inloggen/passkey",
}

TEMPLATES = {
    "LOGIN_USER_TEMPLATE": "accounts/sign_in.html",
    "LOGOUT_USER_TEMPLATE": "accounts/sign_out.html",
    "CHANGE_PASSWORD_TEMPLATE": "accounts/change_password.html",
    "VERIFY_TEMPLATE": "accounts/confirm.html",
    "TWO_FACTOR_SETUP_TEMPLATE": "accounts/set_up_codes.html",
    "TWO_FACTOR_VERIFY_CODE_TEMPLATE": "accounts/enter_code.html",
    "TWO_FACTOR_SELECT_TEMPLATE": "accounts/choose_factor.html",
    "MULTI_FACTOR_RECOVERY_CODES_TEMPLATE": "accounts/recovery_codes.html",
    "MULTI_FACTOR_RECOVERY_TEMPLATE": "accounts/use_recovery_code.html",
    "WAN_REGISTER_TEMPLATE": "accounts/passkeys.html",
    "WAN_SIGNIN_TEMPLATE": "accounts/sign_in_passkey.html",
    "WAN_VERIFY_TEMPLATE": "accounts/confirm_passkey.html",
}

LIMITED = ("login", "two_factor_token_validation", "mf_recovery", "wan_signin_response", "verify")
"""The views at which somebody can guess a password or a code."""


def init_app(app: Flask, settings: Settings) -> None:
    """Set accounts up."""
    app.config.update({f"SECURITY_{name}": value for name, value in _options(settings).items()})
    datastore = SQLAlchemySessionUserDatastore(cast(Any, current_session), Account, AccountRole, Passkey)
    security = Security(
        app,
        datastore,
        totp_cls=OneTimeCodes,
        webauthn_util_cls=PasskeyRules,
        login_form=SignInForm,
        wan_register_form=PasskeyRegisterForm,
        wan_signin_response_form=PasskeySignInResponseForm,
    )
    # Principal would look for a user before every request, and read the body of a message to an inbox for it
    app.before_request_funcs[None].remove(security.principal._on_before_request)
    security.want_json(lambda _request: False)  # programs use access tokens; see node/accounts/tokens.py
    app.view_functions["security.two_factor_rescue"] = _not_here  # it would need a mail server
    user_authenticated.connect(_remember_sign_in, app)
    _limit(app)


def _options(settings: Settings) -> dict[str, Any]:
    return {
        **ADDRESSES,
        **TEMPLATES,
        **messages(),
        "PASSWORD_SALT": derive(settings, "password").hex(),
        "PASSWORD_HASH": "argon2",
        "PASSWORD_SCHEMES": ["argon2"],
        "PASSWORD_SINGLE_HASH": ["argon2"],  # as node.accounts.secret_keys.hash_password writes it
        "STATIC_FOLDER": None,
        "DEPRECATED_PASSWORD_SCHEMES": [],
        "PASSWORD_LENGTH_MIN": SHORTEST_PASSWORD,
        "CHANGEABLE": True,
        "SEND_PASSWORD_CHANGE_EMAIL": False,
        "TWO_FACTOR": True,
        "TWO_FACTOR_ENABLED_METHODS": ["authenticator"],
        "TWO_FACTOR_AUTHENTICATOR_VALIDITY": 30,
        "TWO_FACTOR_RESCUE_EMAIL": False,
        "TWO_FACTOR_POST_SETUP_VIEW": "accounts.account",
        "TWO_FACTOR_IMPLEMENTATIONS": {
            "code": "flask_security.twofactor.CodeTfPlugin",
            "webauthn": "node.accounts.second_factors.PasskeySecondFactor",
        },
        "TOTP_SECRETS": totp_secrets(settings),
        "TOTP_ISSUER": ISSUER,
        "MULTI_FACTOR_RECOVERY_CODES": True,
        "MULTI_FACTOR_RECOVERY_CODES_N": 8,
        "MULTI_FACTOR_RECOVERY_CODES_KEYS": [base64.urlsafe_b64encode(derive(settings, "recovery codes"))],
        "WEBAUTHN": True,
        "WAN_RP_NAME": ISSUER,
        "WAN_ALLOW_USER_HINTS": False,
        "WAN_POST_REGISTER_VIEW": "accounts.account",
        "RETURN_GENERIC_RESPONSES": True,
        "API_ENABLED_METHODS": ["session"],
        "CSRF_PROTECT_MECHANISMS": ["session"],
        "LOGOUT_METHODS": ["POST"],
        "LOGOUT_CSRF": True,
        "POST_LOGIN_VIEW": "accounts.after_sign_in",
        "POST_LOGOUT_VIEW": "/",
        "DATETIME_FACTORY": now,
        "USER_IDENTITY_ATTRIBUTES": [{"email": {"mapper": _as_email, "case_insensitive": True}}],
        "EMAIL_VALIDATOR_ARGS": {"check_deliverability": False},
        "I18N_DOMAIN": "messages",
        "I18N_DIRNAME": str(TRANSLATIONS),
    }


def _not_here() -> NoReturn:
    raise NotFound()


def _as_email(text: str) -> str | None:
    return text.strip() if "@" in text else None


def _remember_sign_in(_app: Flask, user: Account, **_details: Any) -> None:
    user.signed_in_at = now()


def _limit(app: Flask) -> None:
    views: dict[str, Any] = app.view_functions
    for name in LIMITED:
        views[f"security.{name}"] = limiter.limit(SIGN_IN, methods=["POST"])(views[f"security.{name}"])
    per_email = limiter.limit(SIGN_IN_PER_EMAIL, methods=["POST"], key_func=account_tried)
    views["security.login"] = per_email(views["security.login"])
