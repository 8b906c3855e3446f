"""Finding in the guide: near a place, beside the initiatives, and while somebody types."""

from __future__ import annotations

import re

import pytest

from directory.examples.data import examples
from directory.search.service import Findable, index_documents, key_of
from federation.actors.identities import get_identity
from tests.directory.organisations import add, organisation
from tests.node.guide.test_pages import page

pytestmark = pytest.mark.usefixtures("village")
LIVE = {"HX-Request": "true"}


@pytest.fixture
def guide(runtime, village):
    """Initiatives near and far, and a format, an event and a story about the same."""
    with runtime.database.session() as session:
        add(
            session,
            organisation("Wolkenclub Dichtbij", "Austerlitz", summary="Wolken kijken."),
            organisation("Wolkenclub Verderop", "Hoogeloon", summary="Wolken kijken.", phase="running"),
            organisation("Wolkenclub Overal", "Hoogeloon", "Driebergen-Rijsenburg", summary="Wolken kijken."),
            *examples(10),
        )
        index_documents(
            session,
            [
                Findable("https://a.example/eet", "template", "Austerlitz Eet", ["De eettafel."]),
                Findable(
                    "https://a.example/feest", "event", "Wolkenfeest", ["Voor de wolkenclub."],
                    places="De Til, Zeist", page_url="https://a.example/meedoen/1",
                ),
                Findable("https://a.example/verhaal", "story", "De wolkenclub en ik", ["Gezellig."]),
            ],
        )  # fmt: skip
        session.commit()


def test_a_place_and_a_distance_leave_out_what_is_farther(client, guide):
    text = page(client, "/gids?q=wolkenclub&near=Zeist&within=10")
    assert "2 initiatieven" in text
    assert "Wolkenclub Verderop" not in text
    assert "In de buurt van Zeist (gemeente Zeist, Utrecht)." in text
    assert text.index("Wolkenclub Overal") < text.index("Wolkenclub Dichtbij")
    assert "op 5 km" in text
    assert 'href="/kaart?q=wolkenclub&amp;near=Zeist&amp;within=10"' in text
    assert "Wolkenclub Verderop" in page(client, "/gids?q=wolkenclub&near=Zeist")


def test_the_map_and_its_list_keep_the_same_distance(client, guide):
    text = page(client, "/kaart?q=wolkenclub&near=Zeist&within=10")
    assert "2 initiatieven in Nederland" in text


def test_a_name_of_several_places_asks_which_one(client, guide):
    for address in ("/gids", "/kaart", "/insluiten/zoeken", "/insluiten/kaart", "/open-data"):
        text = page(client, f"{address}?q=wolkenclub&near=Oudega&within=10")
        assert "Welke plaats bedoelt u met “Oudega”?" in text
        (first, second) = re.findall(r'href="([^"]+)"[^>]*>Oudega \(gemeente', text)
        assert first != second
        assert "within=10" in first  # who chooses a place keeps the distance
        assert "Wolkenclub" not in text  # and sees nothing of the rest of the country before
        assert "Bedoelde" not in text
    assert "Welke plaats?" in client.get("/gids?near=Oudega", headers=LIVE).text


@pytest.mark.parametrize("near", ["Qxqxqxq", "99999999999999", "<script>alert(1)</script>"])
def test_a_place_that_does_not_exist_is_told_and_finds_nothing(client, guide, near):
    text = page(client, f"/gids?q=wolkenclub&near={near}")
    assert "kennen geen plaats" in text
    assert "Wolkenclub" not in text
    assert "<script>alert" not in text


@pytest.mark.parametrize(
    ("near", "told"), [("Oudega", "Oudega (Smallingerland)"), ("Qxqxqxq", "kennen geen plaats")]
)
def test_a_file_or_feed_of_a_place_that_is_not_clear_is_refused_with_the_reason(client, guide, near, told):
    for address in ("gids.csv", "gids.xlsx", "gids.geojson", "gids.atom"):
        answer = client.get(f"/{address}?near={near}&within=10")
        assert answer.status_code == 422
        assert told in answer.text
        assert client.get(f"/{address}?near=Zeist&within=10").status_code == 200


@pytest.mark.parametrize("within", ["-1", "ver", "1e9", "7", ""])
def test_a_distance_of_rubbish_is_no_distance(client, guide, within):
    assert "3 initiatieven" in page(client, f"/gids?q=wolkenclub&near=Zeist&within={within}")


def test_formats_events_and_stories_stand_beside_the_initiatives(client, guide):
    text = page(client, "/gids?q=wolkenclub")
    assert '<a href="https://a.example/meedoen/1">Wolkenfeest</a> <span class="small">De Til, Zeist' in text
    assert ">De wolkenclub en ik</a>" in text
    assert "/verhalen/" in text
    assert "Austerlitz Eet" in page(client, "/gids?q=eettafel")
    assert "Wolkenfeest" not in page(client, "/gids")


def test_who_types_gets_the_results_alone_with_an_address_to_keep(client, guide):
    answer = client.get("/gids?q=wolkenc&province=&near=", headers=LIVE)
    assert answer.text.lstrip().startswith('<section class="guide-results" id="results"')
    assert "<html" not in answer.text
    assert answer.headers["HX-Replace-Url"] == "/gids?q=wolkenc"
    assert "HX-Request" in answer.headers["Vary"]
    assert 'id="filters" hx-swap-oob="true"' in answer.text
    whole = client.get("/gids?q=wolkenc", headers={**LIVE, "HX-History-Restore-Request": "true"})
    assert "<html" in whole.text


def test_the_beginning_of_a_word_finds_it_while_somebody_types(client, guide):
    assert "Wolkenclub Dichtbij" in client.get("/gids?q=wolkencl", headers=LIVE).text


def test_programs_find_near_a_place_and_every_kind_of_record(client, guide):
    zeist = client.get("/api/v1/places?q=Zeist").json["items"][0]["placeId"]
    found = client.get(f"/api/v1/entries?q=wolkenclub&near={zeist}&withinKm=10").json
    assert [each["name"] for each in found["items"]] == ["Wolkenclub Overal", "Wolkenclub Dichtbij"]
    answer = client.get("/api/v1/search?q=wolkenclub&type=event,story").json
    assert {(each["type"], each["pageUrl"].split("/")[-1]) for each in answer["items"]} >= {("event", "1")}
    assert client.get("/api/v1/entries?q=wolkenclub&phase=running").json["total"] == 1
    assert client.get(f"/api/v1/entries?near={zeist}&withinKm=-4").status_code == 422


def test_communities_like_one_stand_on_its_page_with_the_reasons(client, guide):
    key = key_of("https://hub.example/objects/0")
    text = page(client, f"/gids/{key}")
    assert "Gemeenschappen zoals deze" in text
    more = page(client, f"/gids/{key}/zoals-deze?telt=area")
    assert "Wolkenclub Overal" in more
    assert "dichtbij: " in more
    assert "hetzelfde soort: zorgzaam dorp" in more
    assert 'telt=area" aria-current="true"' in more
    page(client, f"/gids/{key}/zoals-deze?telt=<script>")
    assert client.get("/gids/none/zoals-deze").status_code == 404


def test_our_own_community_leads_to_those_like_it_once_it_is_in_the_guide(client, guide, runtime):
    assert "profiel" in client.get("/gids/zoals-ons").text
    assert client.get("/gids/zoals-ons").status_code == 404
    with runtime.database.session() as session:
        own = get_identity(session, "cooperative").actor_uri
        add(session, {**organisation("Wij zelf", "Austerlitz"), "id": own})
        session.commit()
    assert "Gemeenschappen zoals de onze" in page(client, "/gids")
    assert client.get("/gids/zoals-ons").headers["Location"] == f"/gids/{key_of(own)}/zoals-deze"
    assert "<h1>Gemeenschappen zoals de onze</h1>" in page(client, f"/gids/{key_of(own)}/zoals-deze")


def test_programs_ask_for_communities_like_one(client, guide):
    key = key_of("https://hub.example/objects/0")
    found = client.get(f"/api/v1/entries/{key}/similar?limit=2&emphasis=area").json["items"]
    assert found[0]["entry"]["name"] == "Wolkenclub Overal"
    assert {"what": "kind", "values": ["caring_village"], "number": None} in found[0]["reasons"]
    assert client.get(f"/api/v1/entries/{key}/similar?emphasis=x").status_code == 422
