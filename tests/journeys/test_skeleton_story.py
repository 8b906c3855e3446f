"""The story of the skeleton, through the web forms of three real nodes (issue: the skeleton that walks).

Six steps in order; the sixth, an account on other software, is in tests/interop.
"""

from __future__ import annotations

import csv
import io
import re
import subprocess
import sys

import pytest
import requests

from tests.journeys.connecting import (
    ask_to_join,
    fingerprints,
    join,
    load_examples,
    rows,
    wait_for_record,
    wait_until_connected,
    waiting_request,
)
from tests.journeys.figures import count, find_number, open_decision, past_quarter, release
from tests.journeys.formats import (
    SECTIONS,
    change_section,
    copy_format,
    find_formats,
    publish_format,
    tell_use,
    write_format,
)
from tests.journeys.network import Network
from tests.journeys.nodes import ROOT, Node, wait_for

pytestmark = [pytest.mark.journey, pytest.mark.timeout(400)]
RAW_NUMBERS = (783_461, 694_527, 852_193, 671_839)
OWN_WORDS = "Wij waren met te weinig aan het fornuis."
STORY = "Een dorp van ongeveer 1.900 inwoners dat voor elkaar zorgt."


def test_0_the_hub_is_loaded_with_2000_labelled_examples(real_network):
    hub = real_network.node("hub")
    load_examples(hub)
    found = rows(
        hub, "SELECT count(*) AS number FROM record WHERE type = 'Organization' AND deleted_at IS NULL"
    )
    assert found[0]["number"] >= 2000


def test_1_a_new_village_joins_the_hub_after_comparing_fingerprints(real_network):
    board, coordinator = real_network.person("elsendorp"), real_network.person("hub")
    asked = ask_to_join(board, real_network.node("hub")).require("Landelijk netwerk")
    own_key = fingerprints(asked)
    page = waiting_request(coordinator, "Elsendorp Samen").require("Elsendorp", "Gemert-Bakel")
    assert set(fingerprints(page)) & set(own_key), "both sides show the same key"
    page = coordinator.visitor.submit(page, page.form(action="/toelaten"))
    wait_until_connected(real_network, "elsendorp")
    board.visitor.get("/netwerk").require("Landelijk netwerk")
    coordinator.visitor.get("/netwerk").require("Elsendorp Samen")
    join(real_network, "austerlitz", "Austerlitz Zorgt")


def test_1_the_new_village_reads_all_entries_of_the_hub(real_network):
    node = real_network.node("elsendorp")
    query = "SELECT count(*) AS number FROM record WHERE type = 'Organization' AND deleted_at IS NULL"
    wait_for(lambda: rows(node, query)[0]["number"] >= 2000, "2,000 entries in the new village", 180, node)
    hub_key = rows(
        real_network.node("hub"), "SELECT ed25519_multibase AS key FROM identity WHERE role = 'hub'"
    )
    verified = rows(
        node, "SELECT DISTINCT verified_with FROM record WHERE via_uri IS NOT NULL AND type = 'Organization'"
    )
    assert hub_key[0]["key"] in {row["verified_with"] for row in verified}


def test_2_austerlitz_publishes_its_profile(real_network):
    board = real_network.person("austerlitz")
    page = board.visitor.get("/ons-dorp/bewerken")
    values = {"summary": STORY, "foundedOn": "2012", "themes": ["eating", "transport"], "membersBand": "500+"}
    offered = {str(o["value"]) for o in page.form(field="membersBand").select('[name="membersBand"] option')}
    if values["membersBand"] not in offered:
        values["membersBand"] = sorted(offered)[-1]
    page = board.visitor.submit(page, page.form(field="summary"), values).require(STORY)
    board.visitor.submit(page, page.form(action="/ons-dorp/publiceren"))
    for name in ("hub", "elsendorp"):
        node = real_network.node(name)
        wait_for(
            lambda node=node: STORY in str(wait_for_record(node, "Austerlitz Zorgt")["document"]),
            f"the new profile at {name}",
            40,
        )
        _verified_with_key_of(real_network.node("austerlitz"), wait_for_record(node, "Austerlitz Zorgt"))
    found = (
        real_network.person("elsendorp")
        .visitor.get("/gids", q="Austerlitz Zorgt")
        .require("Austerlitz Zorgt")
    )
    assert "Austerlitz Zorgt" in found.links()


def test_2_austerlitz_publishes_its_format(real_network):
    board = real_network.person("austerlitz", "board").visitor
    draft = write_format(board, "Austerlitz Eet", "Vrijwilligers koken, wie wil schuift aan.")
    draft.require(*(text.split("\n")[0] for text in SECTIONS.values()))
    assert not find_formats(real_network.person("elsendorp").visitor, "Austerlitz Eet").soup.select(
        ".cards li"
    )
    publish_format(board, draft)
    for name in ("hub", "elsendorp"):
        record = wait_for_record(real_network.node(name), "Austerlitz Eet")
        _verified_with_key_of(real_network.node("austerlitz"), record)


@pytest.mark.parametrize("words", ["eettafel", "samen eten", "austerlits eet"])
def test_3_the_new_village_finds_it(real_network, words):
    found = find_formats(real_network.person("elsendorp").visitor, words)
    assert "Austerlitz Eet" in found.links(), found.main[:600]


def test_3_the_new_village_copies_it_and_the_origin_sees_the_family(real_network):
    board = real_network.person("elsendorp", "board").visitor
    address = find_formats(board, "eettafel").links()["Austerlitz Eet"]
    draft = copy_format(board, address, "Elsendorp Eet").require("12", "elke maand", "€ 5")
    changed = "Een zaal, een soepketel en veel stoelen."
    page = change_section(board, draft, "materials", changed).require(changed)
    publish_format(board, page)
    record = wait_for_record(real_network.node("austerlitz"), "Elsendorp Eet")
    _verified_with_key_of(real_network.node("elsendorp"), record)
    assert record["document"]["copiedFrom"]["version"] == 1
    origin = real_network.person("austerlitz", "board").visitor
    address = find_formats(origin, "Austerlitz Eet").links()["Austerlitz Eet"]
    page = origin.get(address).require("Elsendorp Eet", "Elsendorp Samen")
    family = page.soup.select_one(".family-list")
    assert family is not None
    assert "Elsendorp Eet" in family.get_text(" ")


def test_3_the_new_village_tells_how_it_goes_and_the_origin_reads_it(real_network):
    board = real_network.person("elsendorp", "board").visitor
    address = find_formats(board, "Elsendorp Eet").links()["Elsendorp Eet"]
    tell_use(board, address, stopped="2026-02", reason="helpers", words=OWN_WORDS)
    node = real_network.node("austerlitz")
    query = "SELECT stop_reason, started_on FROM known_usage"
    (told,) = wait_for(lambda: rows(node, query), "the use of the copy at its origin", 40, node)
    assert told["stop_reason"] == "helpers"
    origin = real_network.person("austerlitz", "board").visitor
    page = origin.get(find_formats(origin, "Austerlitz Eet").links()["Austerlitz Eet"])
    page.require("1 dorp vertelde hoe het gaat", "te weinig mensen om het te dragen", "€ 5")
    for each in real_network.nodes.values():
        assert OWN_WORDS.encode() not in bytes(each.recording.answered + each.recording.asked), each.name
    thanks = board.get(find_formats(board, "Elsendorp Eet").links()["Elsendorp Eet"])
    thanks.require("Met dank aan", "Austerlitz Zorgt", "CC-BY-SA-4.0")


def test_4_a_figure_is_released_by_two_people_and_its_raw_number_stays(real_network):
    raw, value = _release_another_number(real_network)
    error_bar = None
    for name in ("hub", "elsendorp"):
        visitor = real_network.person(name).visitor
        page = wait_for(
            lambda visitor=visitor: _page_with(visitor.get("/cijfers"), _dutch(value)),
            f"the figure at {name}",
            40,
        )
        page.require("Austerlitz Zorgt", "±", "met opzet een beetje veranderd")
        error_bar = re.search(r"±\s*(\d+)", page.main)
    assert error_bar
    assert abs(value - raw) <= 60  # far outside the error bar: the noise has gone wrong
    _look_at_everything_public(real_network.node("austerlitz"))
    for node in real_network.nodes.values():
        stream = bytes(node.recording.answered + node.recording.asked)
        assert len(stream) > 10_000, f"nothing was recorded at {node.name}"
        assert b"content-encoding" not in stream.lower()
        assert find_number(value, stream), f"the released figure never passed {node.name}"
        assert find_number(raw, stream) == [], f"the raw number left {node.name}"
    for name in ("hub", "elsendorp"):
        _no_trace_in_database(real_network.node(name), raw)


def test_4_national_figures_are_made_again_from_the_signed_feed_alone(real_network):
    hub, reader = real_network.node("hub"), real_network.node("elsendorp")
    for name in ("hub", "elsendorp"):
        page = real_network.person(name).visitor.get("/cijfers/landelijk")
        page.require("Landelijke cijfers", "te weinig om iets over de andere te zeggen")
    words = (
        "recompute-figures",
        f"{hub.url}/directory/feed",
        "--against",
        f"{hub.url}/cijfers/landelijk.json",
    )
    done = subprocess.run(
        [sys.executable, "-m", "deploy", *words, "--language", "nl"],
        cwd=ROOT, env=reader.environment, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    assert "zoals gepubliceerd" in done.stdout
    assert "Niet geloofd" not in done.stdout


def test_5_the_coordinator_searches_filters_maps_and_exports(real_network):
    visitor = real_network.person("hub").visitor
    everything = _number_found(visitor.get("/gids"))
    assert everything >= 2000
    province = visitor.get("/gids", province="NL-NB")
    narrowed = visitor.get("/gids", province="NL-NB", theme="eating")
    words = visitor.get("/gids", province="NL-NB", theme="eating", q="samen eten")
    counts = [everything, *map(_number_found, (province, narrowed, words))]
    assert counts[0] > counts[1] > counts[2] >= counts[3] > 0, counts
    narrowed.require("Voorbeeldgegevens")
    chosen = {"province": "NL-NB", "theme": "eating"}
    assert visitor.get("/kaart", **chosen).soup.select("svg circle, svg .cluster")
    card = next(a for a in narrowed.soup.select("main .entries a[href*='/gids/']"))
    visitor.get(str(card["href"])).require(" ".join(card.get_text(" ").split()))
    exported = visitor.http.get(f"{visitor.base_url}/gids.csv", params=chosen, timeout=60)
    lines = list(
        csv.reader(io.StringIO(exported.content.decode("utf-8-sig")), delimiter=_delimiter(exported))
    )
    assert len(lines) - 1 == counts[2]
    assert not [cell for line in lines for cell in line if cell[:1] in "=+@" and cell]


def _verified_with_key_of(origin: Node, record: dict[str, object]) -> None:
    identity = rows(origin, "SELECT actor_uri, ed25519_multibase FROM identity WHERE role = 'cooperative'")[0]
    assert record["owner_uri"] == identity["actor_uri"]
    assert record["verified_with"] == identity["ed25519_multibase"]


def _release_another_number(network: Network) -> tuple[int, int]:
    """Release until neither the value nor an end of its bar is the raw number, to tell them apart."""
    supporter, board = network.person("austerlitz", "supporter"), network.person("austerlitz", "board")
    for back, raw in enumerate(RAW_NUMBERS, start=1):
        count(supporter, raw, past_quarter(back))
        assert supporter.visitor.look("/cijfers").status == 200
        refused = open_decision(board).require(_dutch(raw))
        assert refused.soup.select("main form")
        page = release(board)
        shown = page.soup.select_one("blockquote")
        assert shown is not None
        found = re.search(r"ongeveer (\d+)", shown.get_text())
        assert found, shown.get_text()
        if find_number(raw, shown.get_text().encode()) == []:
            return raw, int(found.group(1))
    raise AssertionError("four draws in a row told exactly the raw number")


def _page_with(page, text):
    return page if text in page.main else None


def _dutch(number: int) -> str:
    return f"{number:,}".replace(",", ".")


def _number_found(page) -> int:
    found = re.search(r"([\d.]+) initiatie", page.main)
    assert found, page.main[:400]
    return int(found.group(1).replace(".", ""))


def _delimiter(response: requests.Response) -> str:
    return ";" if b";" in response.content.splitlines()[0] else ","


def _look_at_everything_public(node: Node) -> None:
    """Read what a stranger can read; the proxy records it, because a stranger carries no mark."""
    stranger = requests.Session()
    stranger.trust_env = False
    stranger.headers["Accept"] = "application/activity+json"
    identity = rows(node, "SELECT actor_uri FROM identity WHERE role = 'cooperative'")[0]["actor_uri"]
    addresses = [identity, f"{identity}/outbox", f"{identity}/followers", f"{identity}/following"]
    addresses += [row["uri"] for row in rows(node, "SELECT uri FROM published_object")]
    addresses += [row["uri"] for row in rows(node, "SELECT uri FROM published_activity WHERE is_public")]
    addresses += [
        f"{node.url}/{path}" for path in ("nodeinfo/2.1", ".well-known/nodeinfo", "directory/feed?after=0")
    ]
    for address in addresses:
        stranger.get(address, timeout=30)
    stranger.headers["Accept"] = "text/html"
    for path in (
        "",
        "cijfers",
        "cijfers.csv",
        "formats",
        "gids",
        "ons-dorp",
        "netwerk",
        "meedoen",
        "netwerk/delen",
    ):
        stranger.get(f"{node.url}/{path}", timeout=30)
    stranger.headers["Accept"] = "application/json"
    specification = stranger.get(f"{node.url}/api/v1/openapi.json", timeout=30).json()
    for path, methods in specification["paths"].items():
        if "get" in methods and "{" not in path:
            stranger.get(f"{node.url}{path}", timeout=30)


def _no_trace_in_database(node: Node, raw: int) -> None:
    for row in rows(node, "SELECT document FROM record UNION ALL SELECT document FROM inbox_activity"):
        assert find_number(raw, str(row["document"]).encode()) == []
