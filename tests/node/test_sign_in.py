"""Signing in: password and second factor, refusals, and what a session may."""

from __future__ import annotations

import subprocess
import sys

import pytest
from flask import Flask
from flask.testing import FlaskClient

from federation.runtime import Runtime
from federation.settings import Settings
from node.accounts.roles import Role
from node.communities.models import Community
from tests.node.signing_in import ADMINISTRATOR, PASSWORD, add_account, code_now, csrf_of, sign_in, signed_in

pytestmark = pytest.mark.usefixtures("village")


def test_the_administrator_signs_in_with_password_and_code(client: FlaskClient) -> None:
    answer = sign_in(client)
    assert answer.status_code == 302
    assert client.get("/account").status_code == 200


def test_a_password_is_hashed_as_the_web_checks_it_and_never_weaker() -> None:
    """In a process of its own, for here it is made cheap (tests.frugal)."""
    code = """
from flask_security.core import CryptContext, _default_config
from node.accounts.secret_keys import hash_password
made = hash_password("x")
print(made, CryptContext(["argon2"], **_default_config["PASSWORD_HASH_PASSLIB_OPTIONS"]).needs_update(made))
"""
    made, is_outdated = subprocess.check_output([sys.executable, "-c", code], text=True).split()
    assert made.startswith("$argon2id$v=19$m=65536,t=3,p=4$")  # RFC 9106, section 4, the second choice
    assert is_outdated == "False"


def test_a_password_alone_does_not_sign_in(client: FlaskClient) -> None:
    answer = sign_in(client, code=False)
    assert answer.headers["Location"].startswith("/inloggen/code")
    assert client.get("/account").status_code == 302
    assert client.get("/werkplek").headers["Location"].startswith("/inloggen")


def test_a_wrong_code_does_not_sign_in(client: FlaskClient) -> None:
    sign_in(client, code=False)
    token = csrf_of(client.get("/inloggen/code"))
    answer = client.post("/inloggen/code", data={"code": "000000", "csrf_token": token})
    assert "Deze code klopt niet" in answer.text
    assert client.get("/account").status_code == 302


def test_a_code_works_once(app: Flask) -> None:
    code = code_now()
    first, second = app.test_client(), app.test_client()
    for client in (first, second):
        sign_in(client, code=False)
        token = csrf_of(client.get("/inloggen/code"))
        client.post("/inloggen/code", data={"code": code, "csrf_token": token})
    assert first.get("/account").status_code == 200
    assert second.get("/account").status_code == 302


def test_a_role_that_sees_personal_data_must_set_up_a_second_factor_first(
    runtime: Runtime, settings: Settings, client: FlaskClient
) -> None:
    with runtime.database.session() as session:
        add_account(session, settings, Role.SUPPORTER, second_factor=False)
        session.commit()
    answer = sign_in(client, "supporter@austerlitz.example")
    assert answer.headers["Location"].startswith("/account/codes")
    assert client.get("/werkplek").status_code == 302


def test_a_member_needs_only_a_password(runtime: Runtime, settings: Settings, client: FlaskClient) -> None:
    with runtime.database.session() as session:
        add_account(session, settings, Role.MEMBER, second_factor=False)
        session.commit()
    sign_in(client, "member@austerlitz.example")
    assert client.get("/account").status_code == 200
    assert client.get("/werkplek").status_code == 403


def test_a_form_without_its_token_is_refused(client: FlaskClient) -> None:
    answer = client.post("/inloggen", data={"email": ADMINISTRATOR, "password": PASSWORD})
    assert answer.status_code == 422
    assert "Deze pagina stond te lang open" in answer.text


def test_a_wrong_password_and_an_unknown_address_look_the_same(client: FlaskClient) -> None:
    pages = []
    for email in (ADMINISTRATOR, "niemand@austerlitz.example"):
        token = csrf_of(client.get("/inloggen"))
        form = {"email": email, "password": "fout", "csrf_token": token}
        page = client.post("/inloggen", data=form)
        pages.append(page.text.replace(email, "").replace(csrf_of(page), "").replace(token, ""))
    assert pages[0] == pages[1]


def test_the_session_cookie_is_out_of_reach_of_scripts(client: FlaskClient) -> None:
    cookie = client.get("/inloggen").headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Lax" in cookie
    assert "Secure" not in cookie
    assert "Secure" in client.get("/inloggen", base_url="https://dorp.example").headers["Set-Cookie"]


def test_signing_out_ends_the_session_and_needs_a_press(app: Flask) -> None:
    client = signed_in(app)
    assert client.get("/uitloggen").status_code == 405
    client.post("/uitloggen", data={"csrf_token": csrf_of(client.get("/account"))})
    assert client.get("/account").status_code == 302


def test_too_many_attempts_are_stopped(client: FlaskClient, village: Community) -> None:
    token = csrf_of(client.get("/inloggen"))
    form = {"email": "iemand@austerlitz.example", "password": "fout", "csrf_token": token}
    answers = [client.post("/inloggen", data=form).status_code for _ in range(12)]
    assert answers[0] == 200
    assert answers[-1] == 429
