"""The health of the network in the browser: in words, for who may see it, and nothing lost by a click."""

from __future__ import annotations

import re

import pytest
from sqlalchemy import func, select

from federation.database import now
from federation.health import round_trips
from federation.health.alarms import DismissedAlarm
from federation.health.round_trips import RoundTrip, Step, keep_steps
from federation.receiving.inbox import InboxActivity
from federation.relations.peers import Peer
from federation.sending.delivery import Delivery

PAGES = (
    "/netwerk/gezondheid",
    "/netwerk/gezondheid?show=problems&q=weg",
    "/netwerk/gezondheid?show=niets&page=99&q=%25",
    "/netwerk/gezondheid/weg.example",
    "/netwerk/onbestelbaar",
    "/netwerk/onbestelbaar?host=weg.example&page=2",
    "/netwerk/onbestelbaar?page=99",
    "/netwerk/mislukt",
)


def count(site, state: str) -> int:
    """Deliveries in a state."""
    with site.runtime.database.session(write=False) as session:
        return session.scalar(select(func.count()).select_from(Delivery).where(Delivery.state == state)) or 0


def test_every_page_opens_and_says_nothing_dangerous(troubled):
    for path in PAGES:
        page = troubled.get("board", path)
        assert page.status_code == 200, path
        assert "<script>alert" not in page.text, path


def test_only_board_and_administration_look_in(troubled):
    for role in ("", "member", "supporter", "treasurer"):
        for path in PAGES:
            assert troubled.get(role, path).status_code in {302, 403}, (role, path)
        for path in ("/netwerk/proef", "/netwerk/onbestelbaar/opnieuw", "/netwerk/mislukt/opnieuw"):
            assert troubled.post(role, path, {"all_of": "weg.example"}).status_code in {302, 403}
        assert "/netwerk/gezondheid" not in troubled.get(role, "/netwerk").text
    assert "/netwerk/gezondheid" in troubled.get("board", "/netwerk").text
    assert count(troubled, "gave_up") == 60


def test_trouble_is_told_in_words(troubled):
    page = troubled.get("board", "/netwerk/gezondheid").text
    assert "3 servers vragen aandacht." in page
    assert "De klok van laat.example loopt 7 minuten voor." in page
    assert (
        "De server van weg.example antwoordt niet." in page or "Wij konden weg.example een week lang" in page
    )
    assert "servers en berichten die aandacht vragen" in troubled.get("board", "/werkplek").text
    peer = troubled.get("board", "/netwerk/gezondheid/weg.example").text
    assert "Keer mislukt achter elkaar" in peer
    assert "Onbereikbaar" in peer
    assert troubled.get("board", "/netwerk/gezondheid/niemand.example").status_code == 404


def test_an_empty_network_says_what_comes_here(site):
    page = site.get("board", "/netwerk/gezondheid").text
    assert "Nog niet verbonden" in page
    assert "Nog niet geprobeerd" in page
    assert "Alles is bezorgd" in site.get("board", "/netwerk/onbestelbaar").text
    assert "Alles is verwerkt" in site.get("board", "/netwerk/mislukt").text


def test_the_pause_is_ended_by_a_click(troubled):
    answer = troubled.post("board", "/netwerk/gezondheid/weg.example/nu")
    assert answer.status_code == 303
    with troubled.runtime.database.session(write=False) as session:
        peer = session.get_one(Peer, "weg.example")
        assert peer.breaker_until <= now()
        assert peer.failures == 5
    assert troubled.post("board", "/netwerk/gezondheid/niemand.example/nu").status_code == 404


def test_a_warning_is_put_aside_with_a_reason(troubled):
    path = "/netwerk/gezondheid/laat.example/melding/clock"
    empty = troubled.post("board", path, {"reason": " "})
    assert empty.status_code == 422
    assert "Schrijf" in empty.text
    assert troubled.post("board", path, {"reason": "Ze weten het."}).status_code == 303
    assert "7 minuten" not in troubled.get("board", "/netwerk/gezondheid").text
    assert "Ze weten het." in troubled.get("board", "/netwerk/gezondheid/laat.example").text
    assert troubled.post("board", path, {"reason": "nog eens"}).status_code == 404
    with troubled.runtime.database.session(write=False) as session:
        assert session.scalar(select(DismissedAlarm.by)) == "Test board"


def test_dead_letters_are_paged_sent_again_and_put_away(troubled):
    first = troubled.get("board", "/netwerk/onbestelbaar?host=weg.example").text
    ids = re.findall(r'name="id" value="(\d+)"', first)
    assert len(ids) == 50
    assert "59 berichten" in first
    one = troubled.post("board", "/netwerk/onbestelbaar/opnieuw", {"id": ids[:2]})
    assert one.status_code == 303
    assert (count(troubled, "due"), count(troubled, "gave_up")) == (2, 58)
    troubled.post("board", "/netwerk/onbestelbaar/weg", {"id": ids[2:5]})
    assert (count(troubled, "discarded"), count(troubled, "gave_up")) == (3, 55)
    page = troubled.get("board", "/netwerk/onbestelbaar").text
    assert "3 berichten aan weg.example, door Test board" in page
    at = re.search(r'name="at" value="([^"]+)"', page)
    assert at is not None
    troubled.post("board", "/netwerk/onbestelbaar/terug", {"host": "weg.example", "at": at.group(1)})
    assert (count(troubled, "discarded"), count(troubled, "gave_up")) == (0, 58)
    troubled.post("board", "/netwerk/onbestelbaar/weg", {"all_of": "weg.example"})
    assert (count(troubled, "discarded"), count(troubled, "gave_up")) == (57, 1)
    for bad in ("", "gisteren", "2026-01-01T00:00:00"):
        form = {"host": "weg.example", "at": bad}
        assert troubled.post("board", "/netwerk/onbestelbaar/terug", form).status_code == 422


def test_failed_messages_are_opened_once_more(troubled):
    assert "weg.example/actors/a" in troubled.get("board", "/netwerk/mislukt").text
    assert troubled.post("board", "/netwerk/mislukt/opnieuw", {"all": "1"}).status_code == 303
    with troubled.runtime.database.session(write=False) as session:
        assert session.scalars(select(InboxActivity.state)).all() == ["new"]


@pytest.mark.parametrize("number", ["9" * 5000, "9" * 25, str(2**31), "²"])
def test_a_number_that_no_row_can_have_is_no_row(troubled, number):
    for page in ("onbestelbaar/opnieuw", "onbestelbaar/weg", "mislukt/opnieuw"):
        assert troubled.post("board", f"/netwerk/{page}", {"id": number}).status_code == 303
    assert (count(troubled, "due"), count(troubled, "discarded")) == (0, 0)


def test_a_round_trip_is_asked_for_and_followed(troubled):
    answer = troubled.post("board", "/netwerk/proef")
    assert answer.status_code == 303
    path = answer.headers["Location"]
    page = troubled.get("board", path).text
    assert "Bezig" in page
    assert "Kijk opnieuw" in page
    assert troubled.post("board", "/netwerk/proef").status_code == 409
    with troubled.runtime.database.session() as session:
        trip = session.scalars(select(RoundTrip)).one()
        trip.asked_at -= round_trips.NOT_TAKEN_UP * 2
        session.commit()
    assert "de werker draait niet" in troubled.get("board", path).text
    with troubled.runtime.database.session() as session:
        trip = session.scalars(select(RoundTrip)).one()
        keep_steps(
            trip, [Step("resolve", "passed", 3), Step("connect", "failed", 5, "host_changed", "<b>x</b>")]
        )
        trip.state = "failed"
        session.commit()
    page = troubled.get("board", path).text
    assert "(de Host-kop)" in page
    assert "<b>x</b>" not in page
    assert "Er is iets mis" in troubled.get("board", "/netwerk/gezondheid").text
    assert troubled.get("board", "/netwerk/proef/999").status_code == 404


def test_a_peer_is_tested_from_its_page(troubled):
    answer = troubled.post("board", "/netwerk/gezondheid/weg.example/proef")
    assert answer.status_code == 303
    assert "Proef met weg.example" in troubled.get("board", answer.headers["Location"]).text
    assert troubled.post("board", "/netwerk/gezondheid/niemand.example/proef").status_code == 404


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_pages_are_english_too(troubled):
    browser = troubled.browser("board")
    browser.set_cookie("language", "en")
    assert "The clock of laat.example is 7 minutes fast." in browser.get("/netwerk/gezondheid").text
