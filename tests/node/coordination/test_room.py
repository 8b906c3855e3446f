"""The coordinator's room: what waits, where nothing is, growth, selections, and messages to them."""

from __future__ import annotations

import csv
import dataclasses
import io
from datetime import timedelta

import pytest
from sqlalchemy import delete, func, select

from directory.geography.places import resolve_place
from directory.replica.entries import Entry
from directory.replica.figures import ReleasedFigure
from directory.search.service import Selection
from federation.database import now
from node.coordination import coverage, growth, mailing, views
from node.coordination.attention import waiting_work
from node.coordination.invented import is_all_invented
from node.coordination.mailing_recipients import as_csv, recipients_of
from node.freshness import answering, asking
from node.listings import service as listings
from node.mail.models import MailMessage
from schemas.errors import Conflict, InvalidInput, NotReady
from tests.directory.organisations import add, organisation
from tests.node.listings.hubs import content

pytestmark = pytest.mark.usefixtures("hub")
ENTRIES = Selection(kinds=("entry",))


@pytest.fixture
def mailing_settings(settings):
    return dataclasses.replace(settings, mail_url="smtp://127.0.0.1:9", mail_from="gids@hub.example")


def test_what_waits_is_counted_by_kind(session, settings):
    before = {each.work.name: each.count for each in waiting_work(session)}
    old = (now() - timedelta(days=300)).date().isoformat()
    listing = listings.create(session, settings, content("Oud", confirmedOn=old), by="Ans")
    (asked,) = asking.ask_by_letter(session, 1)
    answering.answer(session, settings, asked.link.rsplit("/", 1)[1], "changed", "Ander nummer")
    after = {each.work.name: each.count for each in waiting_work(session)}
    assert {name for name in after if after[name] != before[name]} == {"tasks", "stale"}
    answering.nobody_answers(session, listing.key, by="Ans")
    assert {each.work.name: each.count for each in waiting_work(session)}["unreachable"] == 1


def test_coverage_counts_an_initiative_once_in_each_place_where_it_works(session):
    ended = (now() - timedelta(days=9)).date().isoformat()
    add(
        session,
        organisation("Een", "Austerlitz", "Zeist", "Esbeek"),
        organisation("Twee", "Zeist"),
        organisation("Voorbij", "Zeist", closedOn=ended),
    )
    provinces = {each.code: each for each in coverage.by_province(session)}
    assert len(provinces) == 12
    assert (provinces["NL-UT"].count, provinces["NL-UT"].covered) == (2, 1)
    assert (provinces["NL-NB"].count, provinces["NL-DR"].covered) == (1, 0)
    assert provinces["NL-UT"].municipalities > 20
    listed = coverage.by_municipality(session, "NL-UT")
    assert listed[-1].municipality.code == resolve_place("Zeist").municipality_code
    assert listed[-1].count == 2
    assert listed[0].municipality.name == "Utrecht"
    empty = [each.municipality.inhabitants for each in listed if not each.count]
    assert empty == sorted(empty, reverse=True)
    with pytest.raises(InvalidInput):
        coverage.by_municipality(session, "NL-XX")


def released(number, **fields):
    """A figure of one village."""
    values = {
        "uri": f"https://a.example/{number}", "position": 0, "owner_uri": f"https://{number}.example",
        "name": "x", "indicator": "nl:members", "indicator_version": 1, "period_start": now().date(),
        "period_end": now().date(), "value": 100, "error_bar": 12, "epsilon": 0.25, "sensitivity": 1,
        "guarantee": "x", "released_at": now(),
    }  # fmt: skip
    return ReleasedFigure(**values | fields)


def test_growth_adds_up_and_begins_with_everything_before(session):
    add(
        session,
        organisation("Oud", foundedOn=1890, themes=["eating", "moving"]),
        organisation("Jong", foundedOn=2008, themes=["eating"]),
        organisation("Zonder jaar"),
        organisation("Zonder jaar, en voorbij", closedOn="2010-05-01"),
        organisation("Kort", foundedOn=2006, closedOn="2007-03-01"),
        organisation("Vroeg voorbij", foundedOn=1990, closedOn="1999-01-01"),
    )
    told = growth.by_year(session)
    assert [(each.year, each.began, each.ended, each.total) for each in told.years] == [
        (2005, 2, 1, 1),
        (2006, 1, 0, 2),
        (2007, 0, 1, 1),
        (2008, 1, 0, 2),
    ]
    there = session.scalar(select(func.count()).select_from(Entry).where(Entry.closed_on.is_(None)))
    assert (told.now, told.without_year) == (2, there - 2)
    bars = growth.draw(told.years)
    assert bars[-1].height == growth.CHART_HEIGHT
    assert all(0 <= bar.x <= growth.CHART_WIDTH and bar.y >= 0 for bar in bars)
    assert growth.themes(session) == [("eating", 2), ("moving", 1)]


def test_invented_initiatives_count_only_where_there_is_nothing_else(session):
    session.execute(delete(Entry))
    add(session, organisation("Verzonnen", "Zeist", foundedOn=2010, themes=["eating"], exampleData=True))
    zeist = resolve_place("Zeist").municipality_code

    def told():
        counts = {each.municipality.code: each.count for each in coverage.by_municipality(session)}
        return counts[zeist], growth.by_year(session).now, growth.themes(session), is_all_invented(session)

    assert told() == (1, 1, [("eating", 1)], True)
    add(session, organisation("Echt", "Esbeek", foundedOn=2011, themes=["moving"]), first=5)
    assert told() == (0, 1, [("moving", 1)], False)


def test_answers_of_surveys_are_not_added_up(session):
    for number in range(3):
        session.add(released(number, indicator="nl:lonely", denominator=30))
    session.flush()
    assert growth.totals(session).listed == []


def test_error_bars_are_of_all_noises_together(session):
    for number in range(4):
        session.add(released(number))
    session.flush()
    (total,) = growth.totals(session).listed
    assert (total.value, total.error_bar, total.villages) == (400, 23, 4)


def test_a_selection_is_kept_and_counted_anew(session):
    add(session, organisation("Een", "Zeist", themes=["eating"]))
    view = views.save_view(session, "  Samen   eten ", {"theme": "eating", "onzin": "x"}, by="Ans")
    assert (view.name, view.parameters) == ("Samen eten", {"theme": "eating"})
    add(session, organisation("Twee", "Esbeek", themes=["eating"]), first=5)
    (shown,) = views.list_views(session)
    assert shown.count == 2
    with pytest.raises(Conflict):
        views.save_view(session, "Samen eten", {}, by="Bo")
    for name, arguments in (("", {}), ("x" * 81, {}), ("y", {"theme": "onzin"})):
        with pytest.raises(InvalidInput):
            views.save_view(session, name, arguments, by="Bo")
    views.remove_view(session, view)
    assert views.list_views(session) == []


def test_a_message_goes_to_each_in_its_own_name_and_to_nobody_who_should_not_get_it(
    session, mailing_settings
):
    make = lambda name, **facts: listings.create(session, mailing_settings, content(name, **facts), by="Ans")  # noqa: E731
    make("Een", contact={"email": "een@dorp.example"})
    make("Dubbel", contact={"email": "EEN@dorp.example"})
    private = make("Twee")
    private.private_contact = {"name": "Jo", "email": "jo@dorp.example"}
    make("Zonder adres")
    make("Verzonnen", exampleData=True, contact={"email": "nep@dorp.example"})
    make("Voorbij", closedOn=now().date().isoformat(), contact={"email": "weg@dorp.example"})
    old = (now() - timedelta(days=300)).date().isoformat()
    make("Liever niet", confirmedOn=old)
    (asked,) = asking.ask_by_letter(session, 1)
    answering.answer(session, mailing_settings, asked.link.rsplit("/", 1)[1], "stop")
    found = recipients_of(session, ENTRIES)
    assert [each.entry.name for each in found.listed if each.entry.name != "Austerlitz Zorgt"] == [
        "Dubbel",
        "Een",
        "Twee",
        "Zonder adres",
    ]
    assert found.refused == 1
    assert mailing.send(session, mailing_settings, found, "Dag {naam}", "Kom naar {plaats}!", by="Ans") == 2
    sent = {row.recipient.lower(): (row.subject, row.body) for row in session.scalars(select(MailMessage))}
    assert sent["jo@dorp.example"][0] == "Dag Twee"
    assert sent["jo@dorp.example"][1].startswith("Kom naar Esbeek!\n")
    assert len(sent) == 2


def test_a_message_that_cannot_go_says_why(session, settings, mailing_settings):
    nobody = recipients_of(session, ENTRIES)
    with pytest.raises(InvalidInput):
        mailing.send(session, mailing_settings, nobody, "x", "y", by="Ans")
    listings.create(session, settings, content("Een", contact={"email": "een@dorp.example"}), by="Ans")
    found = recipients_of(session, ENTRIES)
    for subject, text in (("", "x"), ("x", " "), ("x" * 151, "y"), ("x", "y" * 5001)):
        with pytest.raises(InvalidInput):
            mailing.send(session, mailing_settings, found, subject, text, by="Ans")
    with pytest.raises(NotReady):
        mailing.send(session, settings, found, "x", "y", by="Ans")


def test_formulas_in_addresses_are_harmless(session, settings):
    listings.create(session, settings, content("=HYPERLINK(1)", contact={"telephone": "+31 6"}), by="Ans")
    rows = list(csv.reader(io.StringIO(as_csv(recipients_of(session, ENTRIES).listed)), delimiter=";"))
    assert not any(cell.startswith(("=", "+", "-", "@")) for row in rows for cell in row)
