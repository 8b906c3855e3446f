"""Passkeys with Chromium's virtual authenticator: added on the account page, then used to sign in.

Browsers allow passkeys on https and on ``localhost``, never on a bare IP address, so this node
lives at localhost.
"""

from __future__ import annotations

import pytest
from playwright.sync_api import Browser, CDPSession

from tests.browser.chromium import Watched, violations
from tests.browser.conftest import carry_session
from tests.journeys.network import Network

pytestmark = [pytest.mark.browser, pytest.mark.timeout(200)]


@pytest.fixture(scope="module")
def local_village(lived_in: Network) -> Network:
    """The network with one more village, at localhost."""
    lived_in.start("ommel", host="localhost")
    lived_in.begin_village("ommel", "Ommel Helpt", "Ommel")
    return lived_in


def virtual_authenticator(opened: Watched) -> CDPSession:
    """Put a telephone's lock in the browser, which says yes by itself."""
    session = opened.context.new_cdp_session(opened.page)
    session.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    session.send("WebAuthn.addVirtualAuthenticator", {"options": options})
    return session


def test_a_passkey_is_added_and_opens_the_account(browser: Browser, local_village: Network):
    node, person = local_village.node("ommel"), local_village.person("ommel")
    with Watched(browser, node.url) as opened:
        carry_session(opened, person)
        virtual_authenticator(opened)
        page = opened.open("/account/passkeys")
        page.locator('main [name="name"]').fill("mijn telefoon")
        page.locator("main form .actions button").click()
        page.get_by_text("mijn telefoon").wait_for()
        assert violations(page) == []
        opened.shot("passkey-added")
        opened.context.clear_cookies()
        page = opened.open("/inloggen")
        page.locator('main form[action*="passkey"] button').click()
        page.wait_for_url(lambda address: "/inloggen" not in address)
        opened.open("/account")
        assert person.email in page.inner_text("main")
        opened.open("/team")  # a role that sees personal data: the passkey was enough
        opened.shot("passkey-signed-in")


def test_somebody_elses_lock_does_not_open_it(browser: Browser, local_village: Network):
    with Watched(browser, local_village.node("ommel").url) as opened:
        virtual_authenticator(opened)
        page = opened.open("/inloggen")
        page.locator('main form[action*="passkey"] button').click()
        page.locator("[data-passkey-says]").wait_for()
        page.wait_for_timeout(1500)
        response = page.goto("/account")
        assert response is not None
        assert "/inloggen" in page.url or response.status in {401, 403}
        opened.errors.clear()  # the browser itself logs the refusal
