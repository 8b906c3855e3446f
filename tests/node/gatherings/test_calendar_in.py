"""Calendars as Google, Outlook, Apple and Nextcloud write them become series; people in them do not."""

from __future__ import annotations

from datetime import date, timedelta
from io import BytesIO
from pathlib import Path

import pytest

from node.gatherings import calendar_import, service
from node.gatherings.calendar_in import read_calendar
from node.gatherings.changes import Moment
from node.gatherings.models import Gathering
from schemas.errors import Conflict, InvalidInput

CALENDARS = Path(__file__).parent / "calendars"
TODAY = date(2026, 1, 2)


def body(name):
    return (CALENDARS / f"{name}.ics").read_bytes()


def take(village, name, *uids, audience="village", today=TODAY):
    proposals = calendar_import.preview(village.session, read_calendar(body(name)), today)
    chosen = uids or [each.found.uid for each in proposals]
    return calendar_import.take_over(
        village.session, proposals, chosen, audience, Moment(village.settings, today)
    )


def days(village, gathering, last):
    return [one.on.isoformat()[2:] for one in service.coming_days(gathering, TODAY, last)]


def test_google(village):
    (meal,) = take(village, "google", "3k2eetje@google.com")
    assert (meal.name, meal.place, meal.at_time, meal.until_time) == (
        *("Dorp Eet", "Dorpshuis, Dorpsstraat 1", "17.30", "19.30"),
    )
    assert meal.text == "Samen eten.\nNeem een bord mee, en trek.\nSoep\nBrood"
    assert days(village, meal, 7) == [
        *("26-01-08", "26-01-22", "26-02-06", "26-02-19", "26-03-05", "26-04-02", "26-04-16"),
    ]
    moved = service.between(village.session, date(2026, 2, 6), date(2026, 2, 6))[0]
    assert (moved.key, moved.at_time, moved.until_time, moved.place) == (
        *(date(2026, 2, 5), "18.00", "20.00", "De Belt"),
    )
    assert "UNTIL=20281231" in meal.rrule
    everything = " ".join(str(value) for value in vars(meal).values())
    assert "Truus" not in everything
    assert "mailto" not in everything


def test_google_asks_before_what_is_private_or_personal(village):
    proposals = calendar_import.preview(village.session, read_calendar(body("google")), TODAY)
    assert {each.found.name: each.is_chosen for each in proposals} == {
        "Dorp Eet": True,
        "Rommelmarkt": True,
        "Gesprek met Truus 06-12345678": False,
    }
    (market,) = take(village, "google", "koningsdag@google.com", audience="network")
    assert (market.first_on, market.at_time, market.audience) == (date(2027, 4, 27), "", "village")


def test_outlook(village):
    (coffee,) = take(village, "outlook")
    assert (coffee.name, coffee.text) == ("Koffie & Koters", "Koffie en spelen.\n\nLoop maar binnen.")
    assert (coffee.at_time, coffee.until_time) == ("09.30", "11.30")
    found = service.coming_days(coffee, TODAY, 40)
    assert [one.on.isoformat()[2:] for one in found][:5] == [
        *("26-01-30", "26-02-27", "26-04-24", "26-06-26", "26-07-31"),
    ]
    assert [one.on.month for one in found if one.is_cancelled] == [2]
    assert len(found) == 24 - 2
    assert found[-1].on == date(2027, 12, 31)


def test_apple_over_the_day_that_summer_time_begins(village):
    (walk,) = take(village, "apple")
    assert walk.place == "Dorpsplein Dorpsplein 1"
    found = service.coming_days(walk, TODAY, 3)
    assert [(one.on.isoformat(), one.at_time, one.starts_at.utcoffset()) for one in found] == [
        ("2026-03-29", "10.00", timedelta(hours=2)),
        ("2026-04-12", "14.00", timedelta(hours=2)),
        ("2026-04-19", "10.00", timedelta(hours=2)),
    ]


def test_nextcloud(village):
    (online,) = take(village, "nextcloud", "7f2f4a52-5f7d-4c1e-8a54-5d5ef5e0a111")
    assert online.name == "Dorp Online 💻"
    assert online.text.endswith("aan de grote tafel in de huiskamer; de koffie is klaar.")
    assert online.until_time == "16.00"
    assert days(village, online, 4) == ["26-01-13", "26-01-17", "26-01-22", "26-01-27"]
    problems = {each.found.uid: each.problem for each in _previewed(village, "nextcloud")}
    assert problems["elk-uur"] == "It repeats in a way that we do not know."


def _previewed(village, name):
    return calendar_import.preview(village.session, read_calendar(body(name)), TODAY)


def test_nothing_is_taken_over_twice_and_names_stay_apart(village):
    first = take(village, "apple")
    with pytest.raises(InvalidInput):
        take(village, "apple")
    village.session.add(Gathering(name="Koffie & Koters"))
    village.session.flush()
    (coffee,) = take(village, "outlook")
    assert coffee.name == "Koffie & Koters (30-1-2026)"
    calendar_import.take_back(village.session, first, Moment(village.settings, TODAY))
    assert village.session.query(Gathering).filter_by(name="Ommetje").count() == 0
    assert len(take(village, "apple")) == 1


def test_for_everybody_the_network_hears_and_forgets_again(village):
    made = take(village, "google", "3k2eetje@google.com", audience="network")
    told = len(village.sent())
    assert told == 1  # the exdates and the moved day are known before anything is told
    calendar_import.take_back(village.session, made, Moment(village.settings, TODAY))
    assert village.sent()[-1]["type"] == "Delete"


def test_what_was_counted_is_not_taken_back(village):
    made = take(village, "apple")
    service.coming_days(made[0], TODAY, 1)
    made[0].occurrences[0].attendance = 12
    with pytest.raises(Conflict):
        calendar_import.take_back(village.session, made, Moment(village.settings, TODAY))


EVENT = "BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\nBEGIN:VEVENT\r\nUID:1\r\n{}\r\nEND:VEVENT\r\n"
END = "END:VCALENDAR\r\n"


@pytest.mark.parametrize(
    "lines",
    [
        *("SUMMARY:Zonder dag", "DTSTART:morgen", "DTSTART:00010101T000000", "DTSTART:99991231T235959Z"),
        *(
            "DTSTART:20260101T100000\r\nRRULE:FREQ=SECONDLY",
            "DTSTART:20260101\r\nRRULE:FREQ=DAILY;COUNT=99999999",
        ),
        *("DTSTART:20260101T100000\r\nRRULE:onzin", "DTSTART:20260101T100000\r\nEXDATE:onzin"),
        "DTSTART:20260101T100000\r\nRRULE:FREQ=DAILY\r\nRRULE:FREQ=WEEKLY",
        "DTSTART;TZID=America/New_York:20260101T200000\r\nRRULE:FREQ=WEEKLY;BYDAY=TH",
        "DTSTART:20260101T100000\r\nSTATUS:CANCELLED",
    ],
)
def test_what_cannot_be_read_is_named_and_not_guessed(lines):
    (found,) = read_calendar((EVENT.format(lines) + END).encode())
    assert found.problem


def of_events(*events):
    """A calendar file of these events, each as lines."""
    written = "".join(f"BEGIN:VEVENT\r\nUID:1\r\n{lines}\r\nEND:VEVENT\r\n" for lines in events)
    return f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\n{written}END:VCALENDAR\r\n".replace("|", "\r\n").encode()


@pytest.mark.parametrize(
    "lines",
    [
        "RECURRENCE-ID:rubbish|DTSTART:20260113T100000",
        "RECURRENCE-ID:20260112T100000",
        "RECURRENCE-ID:20260112T100000|DTSTART:20260113T100000|DTEND:rubbish",
        "RECURRENCE-ID:20260112T100000|DTSTART:20260113T100000|DTEND:20260113T110000|DTEND:20260113T110000",
        "RECURRENCE-ID:20260112T100000|DTSTART:20260113T100000|DURATION:rubbish",
        "RECURRENCE-ID:20260112T100000|DTSTART:20260113T100000|DURATION:P999999999D",
    ],
)
def test_a_series_with_a_change_that_cannot_be_read_is_not_guessed(lines):
    (found,) = read_calendar(of_events("DTSTART:20260105T100000|RRULE:FREQ=WEEKLY", lines))
    assert found.problem == "Its date cannot be read."


@pytest.mark.parametrize(
    "lines", ["CLASS:PRIVATE", "CLASS:PUBLIC|CLASS:private", "CLASS:CONFIDENTIAL|CLASS:PUBLIC"]
)
def test_what_is_private_anywhere_is_private(lines):
    series = "DTSTART:20260105T100000|RRULE:FREQ=WEEKLY"
    change = "RECURRENCE-ID:20260112T100000|DTSTART:20260113T100000"
    for events in ((f"{series}|{lines}",), (series, f"{change}|{lines}")):
        assert read_calendar(of_events(*events))[0].is_private


@pytest.mark.parametrize(
    "content",
    [
        *(b"", b"hello", b"\x00\xff\xfe" * 50, b"BEGIN:VCALENDAR", b"BEGIN:VEVENT\r\nEND:VEVENT\r\n"),
        *(b"<html></html>", b"a" * 1_000_001, b"BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Truus\r\nEND:VCARD\r\n"),
        b"BEGIN:VCALENDAR\r\n" + b"BEGIN:VEVENT\r\nEND:VEVENT\r\n" * 2001 + b"END:VCALENDAR\r\n",
    ],
)
def test_a_file_that_is_no_calendar_is_refused(content):
    with pytest.raises(InvalidInput) as caught:
        read_calendar(content)
    assert "file" in caught.value.fields


def test_the_pages_show_first_and_take_over_what_is_chosen(site):
    later = body("apple").replace(b"UNTIL=20271226T225959Z;", b"")
    assert site.get("member", "/meedoen/uit-agenda").status_code == 403
    page = site.get("supporter", "/meedoen/uit-agenda").text
    assert "Kijk wat erin staat" in page
    look = site.post("supporter", "/meedoen/uit-agenda", {"file": (BytesIO(later), "agenda.ics")})
    assert "Ommetje" in look.text
    assert "elke week op zondag" in look.text
    assert "Ommetje" not in site.get("", "/meedoen").text
    calendar = look.text.split('name="calendar" value="')[1].split('"')[0]
    wanted = {"calendar": calendar, "take": "5C0B1F0E-7D0A-4E7A-9F7D-0A1B2C3D4E5F", "audience": "village"}
    assert site.post("supporter", "/meedoen/uit-agenda/overnemen", {**wanted, "take": ""}).status_code == 422
    assert (
        site.post("supporter", "/meedoen/uit-agenda/overnemen", {**wanted, "calendar": "?"}).status_code
        == 422
    )
    made = site.post("supporter", "/meedoen/uit-agenda/overnemen", wanted)
    assert made.status_code == 303
    assert "Ommetje" in site.get("", "/meedoen").text
    back = site.get("supporter", made.headers["Location"]).text
    number = back.split('name="made" value="')[1].split('"')[0]
    assert site.post("supporter", "/meedoen/uit-agenda/terug", {"made": number}).status_code == 303
    assert "Ommetje" not in site.get("", "/meedoen").text
    wrong = {"file": (BytesIO(b"hallo"), "agenda.ics")}
    assert site.post("supporter", "/meedoen/uit-agenda", wrong).status_code == 422


def test_a_program_reads_a_calendar_and_takes_over(site):
    program, header = site.app.test_client(), site.token("supporter")
    calendar = body("nextcloud").decode()
    path, wanted = "/api/v1/gatherings/calendar", "7f2f4a52-5f7d-4c1e-8a54-5d5ef5e0a111"
    assert program.post(path, json={"calendar": calendar}).status_code == 401
    found = program.post(path, json={"calendar": calendar}, headers=header).json["items"]
    assert {each["uid"]: each["isProposed"] for each in found} == {wanted: True, "elk-uur": False}
    made = program.post(path, json={"calendar": calendar, "take": [wanted]}, headers=header).json["items"]
    assert all(each["problem"] for each in made)
    assert program.get("/api/v1/gatherings").json["items"][0]["rrule"] == "FREQ=WEEKLY;BYDAY=TU,TH"
    assert program.post(path, json={"calendar": "hallo"}, headers=header).status_code == 422
    link = program.post("/api/v1/gatherings/calendar-link", headers=site.token("member"))
    assert b"Dorp Online" in program.get(link.json["url"].split("8080")[1]).data
