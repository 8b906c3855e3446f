"""One Chromium and the lived-in network for all browser tests."""

from __future__ import annotations

from collections.abc import Callable, Iterator

import pytest
from playwright.sync_api import Browser

from tests.browser.chromium import Watched, chromium
from tests.journeys.connecting import live_in
from tests.journeys.network import Network
from tests.journeys.people import Person

Open = Callable[..., Watched]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Debian's Chromium, headless; closed after each file, for its event loop is in everybody's way."""
    with chromium() as running:
        yield running


@pytest.fixture(scope="session")
def lived_in(real_network: Network) -> Network:
    """The network with entries, formats and a released figure in it."""
    live_in(real_network)
    return real_network


@pytest.fixture
def watched(browser: Browser, lived_in: Network) -> Open:
    """Open a watched page at a node, signed in as one of its people when a role is named."""

    def open_at(node: str, role: str = "", **options: object) -> Watched:
        opened = Watched(browser, lived_in.node(node).url, **options)  # type: ignore[arg-type]
        if role:
            carry_session(opened, lived_in.person(node, role))
        return opened

    return open_at


def carry_session(opened: Watched, person: Person) -> None:
    """Let the browser go on where this person already signed in."""
    host = person.visitor.base_url.split("://")[1].split(":")[0]
    cookies = [
        {"name": cookie.name, "value": cookie.value or "", "domain": host, "path": "/"}
        for cookie in person.visitor.http.cookies
    ]
    opened.context.add_cookies(cookies)  # type: ignore[arg-type]
