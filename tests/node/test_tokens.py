"""Personal access tokens: shown once, bounded by scope and role, ended at a press."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import select

from federation.database import now
from federation.runtime import Runtime
from federation.settings import Settings
from node.accounts.models import AccessToken
from node.accounts.roles import Role
from node.accounts.service import find_by_email
from node.accounts.tokens import create_token
from tests.node.signing_in import ADMINISTRATOR, add_account, csrf_of, signed_in

pytestmark = pytest.mark.usefixtures("village")


def token_for(runtime: Runtime, *scopes: str, email: str = ADMINISTRATOR) -> dict[str, str]:
    """The header of a new token."""
    with runtime.database.session() as session:
        account = find_by_email(session, email)
        assert account is not None
        _token, secret = create_token(session, account, name="test", scopes=scopes, days=30)
        session.commit()
    return {"Authorization": f"Bearer {secret}"}


def test_a_token_is_made_in_the_page_and_shown_once(app: Flask, runtime: Runtime) -> None:
    client = signed_in(app)
    form = {"name": "Rekenblad", "scopes": ["read"], "days": "90"}
    page = client.post("/account/tokens", data={**form, "csrf_token": csrf_of(client.get("/account/tokens"))})
    found = re.search(r"omz_[\w-]+", page.text)
    assert found
    assert page.headers["Cache-Control"] == "no-store"
    assert found.group() not in client.get("/account/tokens").text
    answer = app.test_client().get("/api/v1/me", headers={"Authorization": f"Bearer {found.group()}"})
    assert answer.json is not None
    assert answer.json["roles"] == ["administrator", "board"]
    with runtime.database.session() as session:
        token = session.scalars(select(AccessToken)).one()
        assert found.group() not in token.token_hash
        assert token.last_used_at is not None


def test_without_a_token_a_call_says_what_is_missing(client: FlaskClient) -> None:
    answer = client.get("/api/v1/me")
    assert answer.status_code == 401
    assert "Authorization: Bearer" in answer.text
    assert client.post("/api/v1/community/publish").status_code == 401


@pytest.mark.parametrize("header", ["Bearer omz_verzonnen", "Bearer", "Basic YTpi", "omz_los"])
def test_a_token_that_does_not_exist_is_refused_even_beside_a_session(app: Flask, header: str) -> None:
    client = signed_in(app)
    assert client.get("/api/v1/me", headers={"Authorization": header}).status_code == 401


def test_a_scope_is_not_exceeded(client: FlaskClient, runtime: Runtime) -> None:
    headers = token_for(runtime, "read")
    answer = client.post("/api/v1/community/publish", headers=headers)
    assert answer.status_code == 403
    assert "write:network" in answer.text


def test_a_scope_gives_no_more_than_the_role(
    client: FlaskClient, runtime: Runtime, settings: Settings
) -> None:
    with runtime.database.session() as session:
        add_account(session, settings, Role.TREASURER)
        session.commit()
    headers = token_for(runtime, "admin", email="treasurer@austerlitz.example")
    assert client.post("/api/v1/community/publish", headers=headers).status_code == 403


def test_a_token_ends_by_time_and_by_a_press(app: Flask, client: FlaskClient, runtime: Runtime) -> None:
    headers = token_for(runtime, "read")
    with time_machine.travel(now() + timedelta(days=31)):
        assert client.get("/api/v1/me", headers=headers).status_code == 401
    assert client.get("/api/v1/me", headers=headers).status_code == 200
    browser = signed_in(app)
    with runtime.database.session() as session:
        number = session.scalars(select(AccessToken.id)).one()
    token = csrf_of(browser.get("/account/tokens"))
    browser.post(f"/account/tokens/{number}/intrekken", data={"csrf_token": token})
    assert client.get("/api/v1/me", headers=headers).status_code == 401


def test_a_session_may_change_by_api_only_with_the_form_token(app: Flask) -> None:
    client = signed_in(app)
    assert client.post("/api/v1/community/publish").status_code == 422
    token = csrf_of(client.get("/account"))
    answer = client.post("/api/v1/community/publish", headers={"X-CSRFToken": token})
    assert answer.status_code == 200


def test_the_profile_is_changed_and_published_by_api(client: FlaskClient, runtime: Runtime) -> None:
    headers = token_for(runtime, "admin")
    shown = client.get("/api/v1/community").json
    assert shown is not None
    profile = {name: shown[name] for name in ("name", "telephone", "accent", "initiative")}
    profile["initiative"] |= {"themes": ["eating"], "volunteersBand": "100-249"}
    changed = client.put("/api/v1/community", json={**profile, "summary": "Samen."}, headers=headers)
    assert changed.status_code == 200, changed.text
    activity = client.post("/api/v1/community/publish", headers=headers).json
    assert activity is not None
    assert activity["type"] == "Update"
    assert activity["object"]["initiative"]["themes"] == ["eating"]
    assert activity["object"]["proof"]["cryptosuite"] == "eddsa-jcs-2022"


def test_bad_input_by_api_names_the_field(client: FlaskClient, runtime: Runtime) -> None:
    headers = token_for(runtime, "admin")
    answer = client.put("/api/v1/community", json={"name": ""}, headers=headers)
    assert answer.status_code == 422
    assert answer.content_type == "application/problem+json"
    assert answer.json is not None
    assert set(answer.json["fields"]["json"]) == {"name", "initiative"}


def test_the_description_lists_every_call_with_its_scope(client: FlaskClient) -> None:
    document = client.get("/api/v1/openapi.json").json
    assert document is not None
    assert document["openapi"].startswith("3.1")
    assert document["paths"]["/api/v1/community/publish"]["post"]["security"] == [
        {"token": ["write:network"]}
    ]
    page = client.get("/api/v1")
    assert all(path in page.text for path in document["paths"])
