"""Keys and address, in the browser and for programs: new keys, cancelling, a leak, a loss."""

from __future__ import annotations

import shutil

import pytest
from sqlalchemy import select

from federation.actors.identities import get_identity
from federation.actors.key_generations import KeyRotation
from federation.actors.keys import fingerprint, forget_loaded_keys
from node.accounts.roles import Role
from tests.node.signing_in import add_account, csrf_of, signed_in

PAGE = "/netwerk/sleutels"


@pytest.fixture
def browser(app, village):
    """The administrator's browser."""
    return signed_in(app)


def press(browser, action):
    """Press a button of the page."""
    return browser.post(f"{PAGE}/{action}", data={"csrf_token": csrf_of(browser.get(PAGE))})


def rotations(runtime):
    with runtime.database.session(write=False) as session:
        return [(row.kind, row.state) for row in session.scalars(select(KeyRotation))]


def our_key(runtime):
    with runtime.database.session(write=False) as session:
        return fingerprint(get_identity(session, "cooperative").ed25519_multibase)


def test_the_page_shows_the_key_and_makes_new_ones(browser, runtime):
    assert our_key(runtime) in browser.get(PAGE).text
    assert press(browser, "nieuw").status_code == 303
    assert rotations(runtime) == [("planned", "announced")]
    assert "Er zijn nieuwe sleutels onderweg" in browser.get(PAGE).text
    assert press(browser, "nieuw").status_code == 409
    assert press(browser, "annuleren").status_code == 303
    assert rotations(runtime) == [("planned", "cancelled")]


def test_after_a_leak_the_new_key_counts_at_once(browser, runtime):
    before = our_key(runtime)
    assert press(browser, "uitgelekt").status_code == 303
    assert our_key(runtime) != before
    assert our_key(runtime) in browser.get(PAGE).text


def test_after_a_loss_the_page_says_so_and_starts_anew(browser, runtime, settings):
    before = our_key(runtime)
    assert press(browser, "kwijt").status_code == 409
    shutil.rmtree(settings.secrets_dir)
    forget_loaded_keys()
    assert "Onze sleutels zijn weg." in browser.get(PAGE).text
    assert press(browser, "kwijt").status_code == 303
    assert our_key(runtime) != before
    assert "Onze sleutels zijn weg." not in browser.get(PAGE).text


def test_only_the_administrator_may(app, village, runtime, settings):
    with runtime.database.session() as session:
        email = add_account(session, settings, Role.SUPPORTER).email
        session.commit()
    supporter = signed_in(app, email)
    assert supporter.get(PAGE).status_code == 403
    for action in ("nieuw", "uitgelekt", "annuleren", "kwijt"):
        answer = supporter.post(f"{PAGE}/{action}", data={"csrf_token": csrf_of(supporter.get("/account"))})
        assert answer.status_code == 403
    assert app.test_client().get("/api/v1/identity").status_code == 401
    assert rotations(runtime) == []
