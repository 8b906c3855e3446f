"""Setting a node up in the browser, from the one-time code to the first sign-in."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from directory.geography.places import resolve_place
from federation.actors.identities import base_url, find_identity
from federation.runtime import Runtime
from federation.settings import Settings
from node.accounts.roles import Role
from node.accounts.secret_keys import one_time_codes
from node.accounts.service import find_by_email
from node.communities import drafts
from node.communities.models import Community, find_community
from node.communities.service import SetUp, set_up
from node.communities.setup_code import setup_code
from schemas.errors import Conflict
from tests.node.signing_in import PASSWORD, code_now, csrf_of, hashed

EMAIL = "mies@elsendorp.example"


def fill_in(client: FlaskClient, address: str, **answers: str) -> TestResponse:
    """Send one step of the set-up; the page after it."""
    form = {**answers, "csrf_token": csrf_of(client.get(address))}
    return client.post(address, data=form, follow_redirects=True)


def begin(client: FlaskClient, settings: Settings) -> TestResponse:
    """Pass the first step with the right code."""
    return fill_in(client, "/begin", code=setup_code(settings).upper())


def up_to_codes(client: FlaskClient, settings: Settings) -> TestResponse:
    """Fill in everything before the authenticator app."""
    begin(client, settings)
    fill_in(client, "/begin/dorp", name="Elsendorp Zorgt", place_text="Elsendorp", telephone="0492 12 34 56")
    fill_in(client, "/begin/adres", base_url="http://127.0.0.1:8102")
    fill_in(client, "/begin/aanzetten", village="1")
    person = {"admin_name": "Mies Jansen", "admin_email": EMAIL}
    password = {"password": PASSWORD, "password_again": PASSWORD}
    return fill_in(client, "/begin/beheerder", **person, **password, factor="codes")


def code_of_draft(settings: Settings, runtime: Runtime) -> str:
    """What the authenticator app shows after scanning the picture."""
    with runtime.database.session() as session:
        secret = drafts.totp_of_draft(session, settings)
        return one_time_codes(settings).generate_totp_password(secret)


def test_a_whole_set_up(client: FlaskClient, settings: Settings, runtime: Runtime) -> None:
    page = up_to_codes(client, settings)
    assert "data:image/svg+xml" in page.text
    page = fill_in(client, "/begin/code", code=code_of_draft(settings, runtime))
    assert "Aansluiten bij het netwerk?" in page.text
    page = fill_in(client, "/begin/netwerk", skip="1")
    assert "Elsendorp Zorgt is klaar" in page.text
    with runtime.database.session() as session:
        community = find_community(session)
        assert community is not None
        assert (community.place_name, community.municipality) == ("Elsendorp", "Gemert-Bakel")
        assert base_url(session) == "http://127.0.0.1:8102"
        cooperative = find_identity(session, "cooperative")
        assert cooperative is not None
        assert cooperative.actor_uri == "http://127.0.0.1:8102/actors/elsendorp"
        account = find_by_email(session, EMAIL)
        assert account is not None
        assert account.role_set == {Role.ADMINISTRATOR, Role.BOARD}
    assert client.get("/werkplek").status_code == 200
    assert not (settings.secrets_dir / "setup_code").exists()


def test_it_can_be_interrupted_and_goes_on_where_it_was(
    app: Flask, client: FlaskClient, settings: Settings, runtime: Runtime
) -> None:
    up_to_codes(client, settings)
    from node.app import create_app

    again = create_app(settings, runtime).test_client()
    page = begin(again, settings)
    assert page.request.path == "/begin/code"
    assert "Mies Jansen" in again.get("/begin/beheerder").text


def test_without_the_code_nothing_opens(client: FlaskClient, settings: Settings) -> None:
    page = fill_in(client, "/begin", code="raad-maar-eens")
    assert "Dit is niet de code" in page.text
    assert client.get("/begin/beheerder").headers["Location"] == "/begin"
    assert client.post("/begin/netwerk").status_code in {302, 422}


def test_guessing_the_code_is_stopped(client: FlaskClient) -> None:
    token = csrf_of(client.get("/begin"))
    form = {"code": "fout", "csrf_token": token}
    assert [client.post("/begin", data=form).status_code for _ in range(12)][-1] == 429


def test_a_place_that_does_not_exist_gets_a_clear_sentence(client: FlaskClient, settings: Settings) -> None:
    begin(client, settings)
    page = fill_in(client, "/begin/dorp", name="Ergens", place_text="Qqqxzwqk")
    assert "Qqqxzwqk" in page.text
    assert "kennen" in page.text
    assert 'value="Ergens"' in page.text


def test_a_name_that_many_places_have_gives_a_choice(client: FlaskClient, settings: Settings) -> None:
    begin(client, settings)
    page = fill_in(client, "/begin/dorp", name="Oudega Zorgt", place_text="Oudega")
    choices = re.findall(r'name="place_id" value="(\d+)"', page.text)
    assert len(choices) > 1
    page = fill_in(client, "/begin/dorp", name="Oudega Zorgt", place_text="Oudega", place_id=choices[1])
    assert page.request.path == "/begin/adres"


@pytest.mark.parametrize(
    ("address", "says"),
    [("http://dorp.example", "https://"), ("https://dorp.example/pad", "zonder"), ("dorp", "adres")],
)
def test_an_address_that_cannot_be_is_refused(
    client: FlaskClient, settings: Settings, address: str, says: str
) -> None:
    begin(client, settings)
    fill_in(client, "/begin/dorp", name="Elsendorp Zorgt", place_text="Elsendorp")
    page = fill_in(client, "/begin/adres", base_url=address)
    assert page.request.path == "/begin/adres"
    assert 'class="error"' in page.text
    assert f'value="{address}"' in page.text
    assert says in page.text


def test_a_step_cannot_be_skipped(client: FlaskClient, settings: Settings) -> None:
    begin(client, settings)
    assert client.get("/begin/netwerk").headers["Location"] == "/begin/dorp"


def test_a_wrong_first_code_is_refused(client: FlaskClient, settings: Settings) -> None:
    up_to_codes(client, settings)
    page = fill_in(client, "/begin/code", code="000000")
    assert "Deze code klopt niet" in page.text


def test_an_unreachable_hub_does_not_undo_the_set_up(
    client: FlaskClient, settings: Settings, runtime: Runtime
) -> None:
    up_to_codes(client, settings)
    fill_in(client, "/begin/code", code=code_of_draft(settings, runtime))
    page = fill_in(client, "/begin/netwerk", hub_address="http://127.0.0.1:1")
    assert "Elsendorp Zorgt is klaar" in page.text
    assert "Aansluiten lukte nog niet" in page.text


def test_with_a_passkey_only_the_account_opens_until_it_is_there(
    client: FlaskClient, settings: Settings
) -> None:
    begin(client, settings)
    fill_in(client, "/begin/dorp", name="Elsendorp Zorgt", place_text="Elsendorp")
    fill_in(client, "/begin/adres", base_url="http://127.0.0.1:8102")
    fill_in(client, "/begin/aanzetten", village="1")
    person = {"admin_name": "Mies Jansen", "admin_email": EMAIL, "factor": "passkey"}
    fill_in(client, "/begin/beheerder", **person, password=PASSWORD, password_again=PASSWORD)
    page = fill_in(client, "/begin/netwerk", skip="1")
    assert "passkey" in page.text
    assert client.get("/werkplek").headers["Location"] == "/account"
    assert client.get("/account/passkeys").status_code == 200


def test_before_set_up_pages_lead_there_and_programs_hear_503(client: FlaskClient) -> None:
    assert client.get("/").headers["Location"] == "/begin"
    assert client.get("/gids").headers["Location"] == "/begin"
    assert client.get("/api/v1/entries").status_code == 503
    assert client.get("/.well-known/webfinger?resource=acct:a@b").status_code == 503
    assert client.post("/inbox", data=b"{}").status_code == 503
    assert client.get("/healthz").json == {"status": "ok", "setUp": False}


def test_after_set_up_it_is_closed(client: FlaskClient, village: Community) -> None:
    assert client.get("/begin").headers["Location"] == "/"
    assert client.get("/healthz").json == {"status": "ok", "setUp": True}
    assert code_now()


def test_a_node_is_set_up_once(settings: Settings, runtime: Runtime, village: Community) -> None:
    answers = SetUp(
        name="Nog eens",
        place_id=resolve_place("Elsendorp").place_id,
        base_url="http://127.0.0.1:8102",
        is_village=True,
        is_hub=False,
        admin_name="Mies",
        admin_email=EMAIL,
        password_hash=hashed(PASSWORD),
    )
    with runtime.database.session() as session, pytest.raises(Conflict):
        set_up(session, settings, answers)
