"""The feed of what is new: newest first, once, and good XML whatever is in it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from xml.etree import ElementTree as ET

from directory.exports.news import ATOM, KINDS, atom, read_news
from directory.exports.reading import EXAMPLE_NL, Publisher
from directory.replica.records import Record
from directory.search.service import Findable, Selection, index_documents, key_of
from federation.database import now
from tests.directory.organisations import add, organisation

ENTRIES = Selection(kinds=("entry",))
PUBLISHER = Publisher("Netwerk", "https://hub.example", "nl", datetime(2026, 1, 2, tzinfo=UTC))


def feed(session, selection=ENTRIES) -> ET.Element:
    news = read_news(session, selection, PUBLISHER.base_url)
    return ET.fromstring(atom(news, PUBLISHER, title="Nieuw", here="/gids.atom", about="/gids"))


def titles(found: ET.Element) -> list[str]:
    return [each.findtext(f"{{{ATOM}}}title", "") for each in found.iter(f"{{{ATOM}}}entry")]


def test_the_newest_comes_first_and_a_change_is_no_news(session):
    add(session, organisation("Eerst"))
    add(session, organisation("Later"), first=1)
    assert titles(feed(session)) == ["Later", "Eerst"]
    before = session.get(Record, "https://hub.example/objects/0").first_received_at
    add(session, organisation("Eerst, anders genoemd"))
    assert titles(feed(session)) == ["Later", "Eerst, anders genoemd"]
    assert session.get(Record, "https://hub.example/objects/0").first_received_at == before


def test_the_feed_follows_a_selection(session):
    add(session, organisation("Zeister"), organisation("Emmenaar", "Emmen", themes=["eating"]))
    assert titles(feed(session, Selection(kinds=("entry",), province="NL-DR"))) == ["Emmenaar"]
    assert titles(feed(session, Selection(query="samen eten", kinds=("entry",)))) == ["Emmenaar"]


def test_a_feed_has_what_atom_requires(session):
    add(session, organisation("A <b> & \x0b", summary="1 < 2"), organisation("Verzonnen", exampleData=True))
    found = feed(session)
    entries = list(found.iter(f"{{{ATOM}}}entry"))
    for each in (found, *entries):
        assert each.findtext(f"{{{ATOM}}}id")
        assert datetime.fromisoformat(each.findtext(f"{{{ATOM}}}updated", "")).tzinfo
        assert each.find(f"{{{ATOM}}}author") is not None
    by_title = {each.findtext(f"{{{ATOM}}}title", ""): each for each in entries}
    assert by_title["A <b> & "].findtext(f"{{{ATOM}}}summary") == "1 < 2"
    assert EXAMPLE_NL in by_title["Verzonnen"].findtext(f"{{{ATOM}}}summary", "")


def test_rows_from_before_are_no_news_and_an_empty_feed_is_a_feed(session):
    add(session, organisation("Oud"))
    session.get(Record, "https://hub.example/objects/0").first_received_at = None
    found = feed(session)
    assert titles(found) == []
    assert found.findtext(f"{{{ATOM}}}updated") == "2026-01-02T00:00:00+00:00"


def test_there_is_an_end_to_a_feed(session):
    add(session, *[organisation(f"Nummer {number}") for number in range(60)])
    for number in range(60):
        record = session.get(Record, f"https://hub.example/objects/{number}")
        record.first_received_at = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(hours=number)
    found = titles(feed(session))
    assert (len(found), found[0]) == (50, "Nummer 59")


def test_an_event_has_its_page_at_its_village_and_a_format_here(session):
    for kind, page_url in (("event", "https://dorp.example/meedoen/1"), ("template", "")):
        uri = f"https://dorp.example/{kind}"
        record = {"type": kind, "owner_uri": "https://dorp.example/a", "document": {}, "verified_with": "z"}
        session.add(Record(uri=uri, updated_at=now(), received_at=now(), **record))
        index_documents(session, [Findable(uri, kind, f"Een {kind}", page_url=page_url)])
    found = feed(session, Selection(kinds=KINDS))
    links = {
        each.findtext(f"{{{ATOM}}}title"): each.find(f"{{{ATOM}}}link").get("href")
        for each in found.iter(f"{{{ATOM}}}entry")
    }
    key = key_of("https://dorp.example/template")
    assert links == {
        "Een event": "https://dorp.example/meedoen/1",
        "Een template": f"https://hub.example/formats/{key}",
    }
