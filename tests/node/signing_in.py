"""A village that is set up, and a browser that signs in the way people do."""

from __future__ import annotations

import functools
import re

from flask import Flask
from flask.testing import FlaskClient
from passlib.totp import TOTP
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from directory.geography.places import resolve_place
from federation.runtime import Runtime
from federation.settings import Settings
from node.accounts.models import Account
from node.accounts.roles import Role
from node.accounts.secret_keys import encrypted_totp, hash_password
from node.accounts.service import create_account
from node.communities.models import Community
from node.communities.service import SetUp, set_up

BASE_URL = "http://127.0.0.1:8080"
PASSWORD = "een lange zin om te onthouden"
TOTP_KEY = "JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP"
ADMINISTRATOR = "bestuur@austerlitz.example"


@functools.cache
def hashed(password: str) -> str:
    """The hash of a password, made once per test run because it is slow on purpose."""
    return hash_password(password)


def set_up_village(settings: Settings, runtime: Runtime, *, is_hub: bool = False) -> Community:
    """Set Austerlitz up, as the wizard would."""
    with runtime.database.session() as session:
        answers = SetUp(
            name="Austerlitz Zorgt",
            place_id=resolve_place("Austerlitz").place_id,
            base_url=BASE_URL,
            is_village=True,
            is_hub=is_hub,
            admin_name="Jo de Vries",
            admin_email=ADMINISTRATOR,
            password_hash=hashed(PASSWORD),
            totp_secret=encrypted_totp(settings, TOTP_KEY),
            telephone="0343 12 34 56",
        )
        community = set_up(session, settings, answers)
        session.commit()
        return community


def add_account(
    session: Session, settings: Settings, role: Role, *, second_factor: bool = True, email: str = ""
) -> Account:
    """One more account with a role, the usual password and the usual authenticator key."""
    account = create_account(
        session,
        name=f"Test {role.value}",
        email=email or f"{role.value}@austerlitz.example",
        roles=frozenset({role}),
        password_hash=hashed(PASSWORD),
    )
    if second_factor:
        account.tf_primary_method = "authenticator"
        account.tf_totp_secret = encrypted_totp(settings, TOTP_KEY)
    return account


def code_now(key: str = TOTP_KEY) -> str:
    """The six digits that the authenticator app shows now."""
    return str(TOTP(key=key).generate().token)


def csrf_of(page: TestResponse) -> str:
    """The CSRF token of the first form of a page."""
    found = re.search(r'name="csrf_token" value="([^"]+)"', page.text)
    assert found, f"no form with a CSRF token on {page.request.path}"
    return found.group(1)


def sign_in(client: FlaskClient, email: str = ADMINISTRATOR, *, code: bool = True) -> TestResponse:
    """Sign in with password and, when asked, the code of the app; the answer of the last step."""
    token = csrf_of(client.get("/inloggen"))
    form = {"email": email, "password": PASSWORD, "csrf_token": token}
    answer = client.post("/inloggen", data=form)
    if code and answer.status_code == 302 and "/inloggen/code" in answer.headers["Location"]:
        form = {"code": code_now(), "csrf_token": csrf_of(client.get("/inloggen/code"))}
        answer = client.post("/inloggen/code", data=form)
    return answer


def signed_in(app: Flask, email: str = ADMINISTRATOR) -> FlaskClient:
    """A browser in which somebody is signed in."""
    client = app.test_client()
    answer = sign_in(client, email)
    assert answer.status_code == 302, answer.text
    return client
