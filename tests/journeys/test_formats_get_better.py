"""Three generations of one format between real nodes.

Edits on all sides, an update for safety, an origin that disappears, and a change that goes back to
where the copy came from.
"""

from __future__ import annotations

import pytest

from tests.journeys.connecting import join, rows, wait_for_record
from tests.journeys.formats import change_section, copy_format, find_formats, publish_format, write_format
from tests.journeys.network import Network
from tests.journeys.nodes import Node, wait_for
from tests.journeys.visitor import Page, Visitor

pytestmark = [pytest.mark.journey, pytest.mark.timeout(400)]

FIRST, SECOND, THIRD = "Heeze Tafelt", "Austerlitz Tafelt", "Elsendorp Tafelt"
SAFER = "Een allergie is privé. Verbrand de kooklijst na de maaltijd."
THEIRS_ON_SAFETY = "Wij schrijven allergieën nooit op papier."
BETTER_GOAL = "Niemand eet alleen. Ook niet in de eerste week na een verhuizing."
MATERIALS = "Wij gebruiken de keuken van de Pyramide."


@pytest.fixture(scope="module")
def network(real_network: Network) -> Network:
    """The three nodes, all connected, and a fourth where the format begins."""
    for village, name in (("austerlitz", "Austerlitz Zorgt"), ("elsendorp", "Elsendorp Samen")):
        visitor = real_network.person(village).visitor
        if not visitor.get("/netwerk").soup.select(".connections .badge.good"):
            join(real_network, village, name)
    real_network.start("heeze")
    real_network.begin_village("heeze", "Heeze Helpt", "Heeze", "board")
    join(real_network, "heeze", "Heeze Helpt")
    return real_network


def board_of(network: Network, village: str) -> Visitor:
    return network.person(village, "board").visitor


def wait_for_version(node: Node, name: str, version: int) -> None:
    """Until this version is in the replica of a node."""
    wait_for(
        lambda: wait_for_record(node, name)["document"]["version"] == version,
        f"version {version} of {name} at {node.name}",
        40,
        node,
    )


def publish_next(visitor: Visitor, page: Page, change_class: str, note: str) -> Page:
    """Publish a next version and say what is different."""
    said = {"changeClass": change_class, "changeNote": note}
    return visitor.submit(page, page.form(action="/publiceren"), said)


def own_page(visitor: Visitor, name: str) -> Page:
    """The draft of a format of our own, found in the list."""
    return visitor.get(f"{find_formats(visitor, '').links()[name].split('?')[0]}?draft=1")


def link_on(page: Page, end: str) -> str:
    """The first link on a page that ends like this."""
    return next(address for address in page.links().values() if address.endswith(end))


def copied(network: Network, village: str, original: str, name: str, changes: dict[str, str]) -> None:
    """Copy a format, change sections of it, and publish that."""
    visitor = board_of(network, village)
    wait_for_record(network.node(village), original)
    page = copy_format(visitor, find_formats(visitor, original).links()[original], name)
    for key, text in changes.items():
        page = change_section(visitor, page, key, text)
    publish_format(visitor, page)


def test_1_three_generations_each_with_changes_of_its_own(network):
    visitor = board_of(network, "heeze")
    publish_format(visitor, write_format(visitor, FIRST))
    copied(network, "austerlitz", FIRST, SECOND, {"materials": MATERIALS})
    copied(network, "elsendorp", SECOND, THIRD, {"goal": BETTER_GOAL, "safeguards": THEIRS_ON_SAFETY})
    wait_for_record(network.node("hub"), THIRD)


def test_2_the_first_makes_it_safer_and_disappears(network):
    visitor, heeze = board_of(network, "heeze"), network.node("heeze")
    page = change_section(visitor, own_page(visitor, FIRST), "safeguards", SAFER)
    publish_next(visitor, page, "safety", "Er bleven kooklijsten met namen liggen.")
    for name in ("austerlitz", "elsendorp"):
        wait_for_version(network.node(name), FIRST, 2)
    heeze.stop()
    assert heeze.process is not None
    assert heeze.process.poll() is not None


def test_3_the_grandchild_hears_of_it_while_the_one_between_sleeps(network):
    page = board_of(network, "elsendorp").get("/formats/verbeteringen")
    page.require("Heeze Helpt, waar dit ook van komt", "kooklijsten met namen")


def test_3_safety_interrupts_the_second_and_is_taken_without_the_first(network):
    visitor = board_of(network, "austerlitz")
    visitor.get("/werkplek").require("formats die veiliger zijn geworden")
    page = visitor.get("/formats/verbeteringen").require("Over veiligheid", "kooklijsten met namen")
    page = visitor.get(link_on(page, "/verbetering")).require(SAFER.split(". ")[1].split(" ", maxsplit=1)[0])
    preview = visitor.submit(page, page.form(field="seen"), {"action": "preview"})
    preview.require("Zo wordt het", SAFER, MATERIALS)
    page = visitor.submit(preview, preview.form(field="seen"), {"action": "take"}).require(SAFER, MATERIALS)
    publish_next(visitor, page, "safety", "Overgenomen van Heeze.").require("Heeze Helpt")
    wait_for_version(network.node("elsendorp"), SECOND, 2)
    assert wait_for_record(network.node("elsendorp"), SECOND)["document"]["copiedFrom"]["version"] == 2


def test_4_the_third_changed_the_same_and_chooses_both(network):
    visitor = board_of(network, "elsendorp")
    page = own_page(visitor, THIRD).require("Austerlitz Zorgt maakte dit veiliger.")
    page = visitor.get(link_on(page, "/verbetering")).require("Hier moet u kiezen", THEIRS_ON_SAFETY)
    refused = visitor.send(page, page.form(field="seen"), {"action": "take"})
    assert refused.status == 422
    refused.require("Kies wat het wordt.")
    chosen = {"action": "take", "choice-sections/safeguards": "both"}
    page = visitor.submit(refused, refused.form(field="seen"), chosen)
    page.require(SAFER, THEIRS_ON_SAFETY, BETTER_GOAL, MATERIALS)
    publish_next(visitor, page, "safety", "Beide afspraken.")
    wait_for_version(network.node("austerlitz"), THIRD, 2)


def test_5_the_third_offers_back_and_the_second_takes_a_part(network):
    visitor = board_of(network, "elsendorp")
    page = visitor.get(link_on(own_page(visitor, THIRD), "/aanbieden")).require("verhuizing")
    visitor.submit(page, page.form(field="note"), {"note": "Zo komen nieuwe mensen eerder."})
    austerlitz, origin = board_of(network, "austerlitz"), network.node("austerlitz")
    wait_for(lambda: rows(origin, "SELECT id FROM template_offer"), "the offer at its origin", 40, origin)
    austerlitz.get("/werkplek").require("voorstellen van anderen")
    listed = austerlitz.get("/formats/voorstellen").require("Elsendorp Samen", "nieuwe mensen")
    page = austerlitz.get(listed.links()[SECOND]).require("verhuizing")
    taken = {"choice-sections/goal": "theirs", "choice-sections/safeguards": "ours"}
    page = austerlitz.submit(page, page.form(field="seen"), {**taken, "answer": "Mooi!", "action": "take"})
    document = wait_for_record(network.node("austerlitz"), SECOND)["document"]
    texts = {section["key"]: section["text"] for section in document["sections"]}
    assert (texts["goal"], texts["safeguards"]) == (BETTER_GOAL, SAFER)
    assert [each["writtenBy"] for each in document["contributors"]] == ["Elsendorp Samen"]


def test_6_the_third_hears_that_and_everybody_sees_the_credit(network):
    visitor, elsendorp = board_of(network, "elsendorp"), network.node("elsendorp")
    wait_for_version(elsendorp, SECOND, 3)
    wait_for(
        lambda: "Zij namen uw verandering over in versie 3" in own_page(visitor, THIRD).main,
        "the answer of the origin",
        40,
        elsendorp,
    )
    own_page(visitor, THIRD).require("Mooi!", "Heeze Helpt")
    wait_for_version(network.node("hub"), SECOND, 3)
    hub = network.person("hub").visitor
    page = hub.get(find_formats(hub, SECOND).links()[SECOND])
    page.require("Samen beter gemaakt met", "Elsendorp Samen", "Heeze Helpt")


def test_7_the_first_is_still_copied_from_the_replica(network):
    visitor = board_of(network, "elsendorp")
    page = copy_format(visitor, find_formats(visitor, FIRST).links()[FIRST], "Elsendorp Proeft")
    page.require(SAFER)


def test_8_no_name_of_a_person_travelled_with_it(network):
    people = {person.name for person in network.people.values()}
    for node in network.nodes.values():
        stream = bytes(node.recording.answered + node.recording.asked)
        assert len(stream) > 10_000, node.name
        assert [name for name in people if name.encode() in stream] == [], node.name
