"""Passkeys with a real browser: added, used alone, and used beside a password."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import pytest
from flask import Flask
from playwright.sync_api import Page, sync_playwright
from werkzeug.serving import make_server

from tests.node.signing_in import ADMINISTRATOR, PASSWORD, code_now

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("village")]

CHROMIUM = "/usr/bin/chromium"
SWITCHES = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking"]
ABILITIES = ("hasResidentKey", "hasUserVerification", "isUserVerified", "automaticPresenceSimulation")
AUTHENTICATOR = {"protocol": "ctap2", "transport": "internal", **dict.fromkeys(ABILITIES, True)}
"""A telephone with a lock, whose owner always agrees."""


@pytest.fixture
def address(app: Flask) -> Iterator[str]:
    """The app on a free port; by name, because browsers allow no passkeys on bare addresses."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://localhost:{server.server_port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def page() -> Iterator[Page]:
    """A page of Chromium with a virtual authenticator."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=SWITCHES)
        opened = browser.new_page()
        devtools = opened.context.new_cdp_session(opened)
        devtools.send("WebAuthn.enable")
        devtools.send("WebAuthn.addVirtualAuthenticator", {"options": AUTHENTICATOR})
        yield opened
        browser.close()


def fill_in_password(page: Page, address: str) -> None:
    """The first half of signing in."""
    page.goto(f"{address}/inloggen")
    page.fill("#email", ADMINISTRATOR)
    page.fill("#password", PASSWORD)
    page.click("main form.card button")


def sign_out(page: Page, address: str) -> None:
    """Leave."""
    page.goto(f"{address}/account")
    page.click("main button:has-text('Uitloggen')")


def test_a_passkey_opens_the_door_alone_and_beside_a_password(page: Page, address: str) -> None:
    fill_in_password(page, address)
    page.fill("#code", code_now())
    page.click("main button[type=submit]")
    page.goto(f"{address}/account/passkeys")
    page.fill("#name", "mijn telefoon")
    page.click("main form.card button")
    page.wait_for_url("**/account")
    assert "mijn telefoon is toegevoegd" in page.inner_text("#messages")

    sign_out(page, address)
    page.goto(f"{address}/inloggen")
    page.click("text=Mijn passkey gebruiken")
    page.wait_for_url("**/werkplek")

    sign_out(page, address)
    fill_in_password(page, address)
    assert "/inloggen/keuze" in page.url
    page.click("main form button[value=webauthn]")
    page.click("text=Mijn passkey gebruiken")
    page.wait_for_url("**/werkplek")
