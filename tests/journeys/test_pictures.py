"""A picture of a format between real nodes: fetched by the other village itself, and shown from there."""

from __future__ import annotations

from urllib.parse import urljoin

import pytest

from tests.directory.pictures.photographs import photograph
from tests.journeys.connecting import join
from tests.journeys.formats import SECTIONS, find_formats
from tests.journeys.network import Network
from tests.journeys.nodes import wait_for
from tests.journeys.program import Program
from tests.journeys.visitor import Page

pytestmark = [pytest.mark.journey, pytest.mark.timeout(300)]
NAME, SEEN = "Fietsen in Austerlitz", "Een oranje tandem."


def published_with_picture(network: Network) -> bytes:
    """Austerlitz publishes a format with a picture; gives the picture as it is kept there."""
    program = Program(network.person("austerlitz"), "write:templates")
    kept = program.http.post(f"{program.base_url}/pictures", data=photograph(300, 200), timeout=30).json()
    sections = [{"key": key, "text": text} for key, text in SECTIONS.items()]
    pictures = [{**kept, "key": "tandem", "alt": SEEN}]
    made = program.post("/templates", {"name": NAME, "sections": sections, "pictures": pictures})
    program.post(f"/templates/{made['id']}/publish")
    name = kept["digest"].removeprefix("sha256:")
    shown: bytes = program.http.get(
        urljoin(program.base_url, f"/afbeeldingen/{name}"), headers={"Accept": "image/*"}, timeout=30
    ).content
    return shown


@pytest.fixture(scope="module")
def network(real_network: Network) -> Network:
    """The two villages, connected by the hub."""
    for village, name in (("austerlitz", "Austerlitz Zorgt"), ("elsendorp", "Elsendorp Samen")):
        if not real_network.person(village).visitor.get("/netwerk").soup.select(".connections .badge.good"):
            join(real_network, village, name)
    return real_network


def test_a_picture_comes_to_the_other_village_and_is_shown_from_there(network):
    sent = published_with_picture(network)
    visitor = network.person("elsendorp").visitor

    def shown() -> Page | None:
        found = find_formats(visitor, NAME).links().get(NAME)
        page = visitor.get(found) if found else None
        return page if page and page.soup.select_one(".format-pictures img") else None

    page = wait_for(shown, "the picture to come in", 90, network.node("elsendorp"))
    image = page.soup.select_one(".format-pictures img")
    address = urljoin(page.url, image["src"])
    assert address.startswith(visitor.base_url)
    assert image["alt"] == SEEN
    assert visitor.http.get(address, timeout=30).content == sent
