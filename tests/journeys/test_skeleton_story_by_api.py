"""The same story by programs: every step of the skeleton through /api/v1 with access tokens."""

from __future__ import annotations

import pytest

from tests.journeys.connecting import live_in
from tests.journeys.figures import past_quarter
from tests.journeys.formats import SECTIONS
from tests.journeys.network import Network
from tests.journeys.nodes import wait_for
from tests.journeys.program import Program

pytestmark = [pytest.mark.journey, pytest.mark.timeout(300)]
NAME, COPY = "Klussendienst Zeist-Oost", "Asten Klust"
CONTENT = {
    "name": NAME,
    "summary": "Buren helpen buren met kleine klussen in huis en tuin.",
    "sections": [{"key": key, "text": text} for key, text in SECTIONS.items()],
    "parameters": [
        {
            "key": "klussers",
            "label": "Hoeveel klussers?",
            "kind": "number",
            "value": 8,
            "minimum": 1,
            "maximum": 90,
        }
    ],
    "indicators": ["nl:volunteers"],
}


@pytest.fixture(scope="module")
def programs(real_network: Network) -> dict[str, Program]:
    """A program at each node, and one for each of two people at Austerlitz; Asten is a new village."""
    live_in(real_network)
    real_network.start("asten")
    real_network.begin_village("asten", "Asten Doet", "Asten")
    people = {
        "hub": real_network.person("hub"),
        "asten": real_network.person("asten"),
        "austerlitz": real_network.person("austerlitz"),
        "supporter": real_network.person("austerlitz", "supporter"),
        "board": real_network.person("austerlitz", "board"),
    }
    return {name: Program(person) for name, person in people.items()}


def test_1_a_village_joins(programs, real_network):
    village, hub = programs["asten"], programs["hub"]
    asked = village.post("/network/hubs", {"address": real_network.node("hub").url})
    assert (asked["state"], asked["kind"]) == ("pending", "hub")
    waiting = wait_for(lambda: _named(hub.get("/network/requests"), "Asten Doet"), "the request", 40)
    assert waiting["fingerprint"].count(" ") == 7
    assert waiting["places"] == ["Asten (Asten)"]
    assert hub.post(f"/network/requests/{waiting['id']}/accept")["state"] == "accepted"
    wait_for(lambda: _named(village.get("/network/connections"), "Landelijk netwerk"), "the connection", 40)
    wait_for(lambda: _named(hub.get("/network/connections"), "Asten Doet"), "the connection", 40)


def test_2_a_profile_and_a_format_are_published(programs):
    origin = programs["austerlitz"]
    profile = origin.get("/community")
    kept = ("name", "summary", "telephone", "accent", "initiative")
    changed = {name: profile[name] for name in kept} | {"summary": "Austerlitz zorgt, ook voor programma's."}
    assert origin.call("PUT", "/community", changed)["summary"] == changed["summary"]
    origin.post("/community/publish")
    draft = programs["board"].post("/templates", CONTENT)
    assert draft["isDraft"]
    published = programs["board"].post(f"/templates/{draft['id']}/publish")
    assert published["version"] == 1
    for name in ("hub", "asten"):
        wait_for(
            lambda name=name: _named(programs[name].get("/templates", q=NAME), NAME),
            f"the format at {name}",
            60,
        )
    wait_for(
        lambda: "programma" in str(programs["asten"].get("/entries", q="Austerlitz Zorgt")),
        "the profile",
        60,
    )


def test_3_it_is_found_copied_and_in_the_family(programs):
    village = programs["asten"]
    for words in ("klusdienst", "klussen in de tuin", "kluzzendienst"):
        assert _named(village.get("/templates", q=words), NAME), words
    found = _named(village.get("/templates", q=NAME), NAME)
    draft = village.post(f"/templates/{found['id']}/copy", {"name": COPY, "answers": {"klussers": 5}})
    content = draft["content"] | {"summary": "Bellen is genoeg."}
    village.call("PUT", f"/templates/{draft['id']}", content)
    published = village.post(f"/templates/{draft['id']}/publish")
    assert published["copiedFrom"]["id"] == found["uri"]
    origin = programs["austerlitz"]
    family = wait_for(lambda: _named(origin.get(f"/templates/{found['id']}/family"), COPY), "the family", 60)
    assert family["copiedFrom"] == found["uri"]


def test_4_a_figure_is_released_by_two_people(programs):
    period = past_quarter(5)
    counted = {"indicator": "nl:volunteers", "period": period, "value": 112}
    measurement = programs["supporter"].post("/outcomes/measurements", counted)
    address = f"/outcomes/measurements/{measurement['id']}/approve"
    assert programs["supporter"].ask("POST", address).status_code == 403
    programs["board"].post(address, {"seen": measurement["seenAs"]})
    shown = wait_for(lambda: _of_period(programs["asten"].get("/outcomes"), period), "the figure", 60)
    assert shown["errorBar"] > 0
    assert "met opzet een beetje veranderd" in shown["guarantee"]


def test_5_the_coordinator_filters(programs):
    hub = programs["hub"]
    everything = hub.get("/entries")["total"]
    narrowed = hub.get("/entries", province="NL-NB", theme="eating")["total"]
    assert everything > narrowed > 0


def test_errors_are_problem_json_and_tokens_have_limits(programs, real_network):
    wrong = programs["board"].ask("POST", "/templates", {"name": ""})
    assert wrong.status_code == 422
    assert wrong.headers["Content-Type"] == "application/problem+json"
    assert "name" in str(wrong.json())
    reader = Program(real_network.person("austerlitz", "board"), "read")
    assert reader.ask("POST", "/templates", CONTENT).status_code == 403
    reader.http.headers["Authorization"] = "Bearer verzonnen"
    assert reader.ask("GET", "/me").status_code == 401


def _named(found, name):
    return next((item for item in found["items"] if item.get("name") == name), None)


def _of_period(found, period):
    year, number = period.split("-")
    start = f"{year}-{3 * int(number) - 2:02}-01"
    return next(
        (one for one in found["items"] if one["indicator"] == "nl:volunteers" and start in str(one)), None
    )
