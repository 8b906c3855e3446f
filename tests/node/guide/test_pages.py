"""The guide's pages, without JavaScript."""

from __future__ import annotations

import csv
import io
import re

import pytest
from sqlalchemy import select

from directory.examples.data import examples
from directory.replica.entries import Entry
from directory.search.service import index_document, key_of
from tests.directory.organisations import add, organisation

INVENTED = "Voorbeeldgegevens – geen echte organisatie"
pytestmark = pytest.mark.usefixtures("village")


@pytest.fixture
def guide(runtime, village):
    """Forty invented initiatives, one that is not, and a format."""
    with runtime.database.session() as session:
        add(session, *examples(40))
        add(
            session,
            organisation("Kookclub Echt", "Austerlitz", summary="Samen <b>eten</b> & praten."),
            first=100,
        )
        index_document(
            session, "https://a.example/eet", kind="template", title="Austerlitz Eet", texts=["De eettafel."]
        )
        session.commit()


def page(client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, answer.text
    return answer.text


def test_an_empty_guide_says_so_kindly(client):
    assert "De gids is nog leeg" in page(client, "/gids")
    assert "Niets gevonden" in page(client, "/kaart")


def test_the_list_tells_how_many_and_labels_what_is_invented(client, guide):
    text = page(client, "/gids")
    assert "41 initiatieven" in text
    assert text.count(INVENTED) == text.count('class="card linked"') == 20
    assert INVENTED not in page(client, "/gids?q=kookclub+echt")


@pytest.mark.parametrize("query", ["eetafel", "etetafel"])
def test_a_typing_error_is_corrected_and_told_with_the_format_that_fits(client, guide, query):
    text = page(client, f"/gids?q={query}")
    assert "Bedoelde u" in text
    assert "<strong>eettafel</strong>" in text
    assert f'<a href="/formats/{key_of("https://a.example/eet")}">Austerlitz Eet</a>' in text
    assert "Kookclub Echt" in page(client, f"/gids?q={query}&province=NL-UT")


def test_filters_combine_and_stay_in_every_link(client, guide):
    text = page(client, "/gids?province=NL-UT&q=samen+eten&sort=name")
    assert "Kookclub Echt" in text
    assert '<option value="NL-UT" selected>' in text
    assert 'href="/kaart?q=samen+eten&amp;province=NL-UT"' in text
    assert 'href="/gids.csv?q=samen+eten&amp;province=NL-UT"' in text


def test_what_others_wrote_is_text_and_never_markup(client, guide):
    text = page(client, "/gids?q=kookclub")
    assert "&lt;b&gt;eten&lt;/b&gt; &amp; praten" in text
    text = page(client, '/gids?q="><script>alert(1)</script>')
    assert "<script>alert" not in text


def test_nothing_found_helps_on(client, guide):
    text = page(client, "/gids?q=qqqqxyz")
    assert "0 initiatieven" in text
    assert "Probeer een ander woord" in text


@pytest.mark.parametrize(
    "address",
    [
        "/gids?province=XX",
        "/gids?theme=onzin",
        "/kaart?kind=1",
        "/gids.csv?municipality=GM99999",
        "/gids?municipality=GM035",
    ],
)
def test_a_filter_that_does_not_exist_is_refused_with_a_clear_text(client, guide, address):
    answer = client.get(address)
    assert answer.status_code == 422
    assert "bestaat niet" in answer.text or "kennen wij niet" in answer.text


@pytest.mark.parametrize("number", ["0", "-1", "x", "9" * 5000, "²"])
def test_a_page_number_of_rubbish_shows_a_page(client, guide, number):
    for address in ("/gids", "/kaart", "/insluiten/zoeken", "/gids.csv", "/gids.atom", "/open-data"):
        text = page(client, f"{address}?page={number}")
        assert address != "/gids" or "41 initiatieven" in text


def test_one_initiative_has_its_page_and_an_unknown_one_is_not_found(client, guide, runtime):
    with runtime.database.session(write=False) as session:
        entry = session.scalars(select(Entry).where(Entry.is_example).order_by(Entry.key)).first()
    text = page(client, f"/gids/{entry.key}")
    assert INVENTED in text
    assert entry.areas[0].municipality in text
    assert "Voorbeeldgegevens Omzien" in text
    assert "CC-BY-4.0" in text
    assert client.get("/gids/0000000000000000").status_code == 404


def test_the_map_has_a_named_link_for_each_cluster_and_a_list_with_the_same(client, guide):
    text = page(client, "/kaart")
    clusters = re.findall(r'<a class="cluster" href="([^"]+)" aria-label="([^"]+)"', text)
    assert clusters
    assert all(re.fullmatch(r"(Rond )?.+: \d+ initiatie(f|ven)", name) for _url, name in clusters)
    assert "Aantal initiatieven per provincie" in text
    assert INVENTED in text
    assert "CC BY 4.0" in text
    for address, _name in clusters[:3]:
        page(client, address.replace("&amp;", "&"))


def test_a_province_of_the_map_leads_to_the_list_of_a_municipality(client, guide):
    text = page(client, "/kaart?province=NL-UT&q=kookclub")
    (address,) = re.findall(r'<a class="cluster" href="([^"]+)" aria-label="Zeist: 1 initiatief"', text)
    found = page(client, address.replace("&amp;", "&"))
    assert "1 initiatief in de gemeente Zeist" in found
    assert "Kookclub Echt" in found


def test_the_selection_is_downloaded_as_a_table(client, guide):
    answer = client.get("/gids.csv?province=NL-UT&q=kookclub")
    assert answer.mimetype == "text/csv"
    assert re.search(r'filename="gids-\d{4}-\d\d-\d\d.csv"', answer.headers["Content-Disposition"])
    text = answer.get_data().decode("utf-8-sig")
    assert [row["Naam"] for row in csv.DictReader(io.StringIO(text), delimiter=";")] == ["Kookclub Echt"]


def test_an_english_reader_gets_english(client, guide):
    client.set_cookie("language", "en")
    text = page(client, "/gids?theme=eating")
    assert "Example data – not a real organisation" in text
    assert "eating together (" in text


def test_the_page_stays_small(client, guide):
    assert len(client.get("/gids").data) < 50_000
