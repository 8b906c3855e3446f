"""Every number of the to-do list leads to a page that lists exactly these things, and to zero there."""

from __future__ import annotations

import html
import re
from datetime import timedelta

import pytest

from directory.replica.entries import Entry
from federation.database import now
from node.coordination.attention import WORK, waiting_work
from node.follow_ups import service as follow_ups
from node.freshness import answering
from node.gatherings.service import local_today
from node.imports.models import ImportRun
from node.listings import service as listings
from node.listings.models import Listing
from node.mail.models import MailMessage
from tests.directory.organisations import add, organisation
from tests.node.imports.lists import ROWS, carried_out, csv_of
from tests.node.listings.hubs import content

LONG_AGO = (now() - timedelta(days=300)).date().isoformat()
URLS = {work.name: work.url for work in WORK}


@pytest.fixture
def numbers(site):
    """What the to-do list counts now, by kind."""

    def count():
        with site.runtime.database.session(write=False) as session:
            return {each.work.name: each.count for each in waiting_work(session)}

    return count


def listed(site, name):
    """The page that a number leads to, as people read it."""
    page = site.get("coordinator", URLS[name])
    assert page.status_code == 200, page.text
    return html.unescape(re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page.text)))


def pressed(site, name, word):
    """Press the first button whose address holds a word, on the page that a number leads to."""
    page = site.get("coordinator", URLS[name]).text
    form = re.search(rf'<form[^>]*action="([^"]*{word}[^"]*)".*?</form>', page, re.S)
    fields = dict(re.findall(r'name="(next)" value="([^"]*)"', form[0]))
    answer = site.post("coordinator", html.unescape(form[1]), fields)
    assert answer.status_code == 303, answer.text
    return answer


@pytest.fixture
def stale(site):
    """Two entries of this hub and one of another, all confirmed long ago."""
    with site.runtime.database.session() as session:
        for name in ("Oud", "Ouder"):
            listings.create(session, site.settings, content(name, confirmedOn=LONG_AGO), by="Ans")
        add(session, organisation("Elders", "Zeist", confirmedOn=LONG_AGO))
        assert session.query(Entry).filter(Entry.freshness == "stale").count() == 3
        session.commit()


def test_stale_entries_are_ours_alone_and_each_is_settled_where_it_is_listed(site, stale, numbers):
    assert numbers()["stale"] == 2
    text = listed(site, "stale")
    assert "Elders" not in text
    assert "Ouder" in text
    assert "2 vermeldingen" in text
    assert pressed(site, "stale", "bevestigd").headers["Location"].endswith("/werkkamer/lang-stil")
    assert numbers()["stale"] == 1
    pressed(site, "stale", "onbereikbaar")
    assert (numbers()["stale"], numbers()["unreachable"]) == (0, 1)
    assert "Oud" in listed(site, "unreachable")
    pressed(site, "unreachable", "bevestigd")
    assert numbers()["unreachable"] == 0
    assert "Iedereen is bereikbaar" in listed(site, "unreachable")


def test_who_was_called_unreachable_by_mistake_is_back_with_one_press(site, stale, numbers):
    with site.runtime.database.session() as session:
        listing = session.query(Listing).filter(Listing.name == "Oud").one()
        answering.nobody_answers(session, listing.key, by="Ans")
        session.commit()
    assert numbers()["unreachable"] == 1
    pressed(site, "unreachable", "/bereikbaar")
    assert (numbers()["unreachable"], numbers()["stale"]) == (0, 2)


def test_mail_that_failed_shows_address_and_reason_and_goes_again_or_aside(site, numbers):
    with site.runtime.database.session() as session:
        for name in ("ans", "bo"):
            session.add(
                MailMessage(
                    recipient=f"{name}@dorp.example", subject="Klopt het nog?", body="Geheim",
                    state="gave_up", attempts=3, error="550 <b>onbekend</b>",
                )
            )  # fmt: skip
        session.commit()
    assert numbers()["mail"] == 2
    text = listed(site, "mail")
    assert "ans@dorp.example" in text
    assert "550 <b>onbekend</b>" in text
    assert "<b>onbekend" not in site.get("coordinator", URLS["mail"]).text
    assert "Geheim" not in text
    pressed(site, "mail", "opzij")
    assert numbers()["mail"] == 1
    pressed(site, "mail", "terug")
    assert numbers()["mail"] == 2
    pressed(site, "mail", "opzij")
    pressed(site, "mail", "opnieuw")
    assert numbers()["mail"] == 0
    assert "Alle post is bezorgd" in listed(site, "mail")
    with site.runtime.database.session(write=False) as session:
        rows = {row.recipient: row for row in session.query(MailMessage)}
        assert (rows["ans@dorp.example"].state, rows["ans@dorp.example"].attempts) == ("due", 0)
        assert (rows["ans@dorp.example"].body, rows["bo@dorp.example"].state) == ("Geheim", "aside")
        number = rows["ans@dorp.example"].id
    assert site.post("coordinator", f"{URLS['mail']}/{number}/opnieuw").status_code == 409
    for role in ("", "member"):
        assert site.get(role, URLS["mail"]).status_code in {302, 403}
        assert site.post(role, f"{URLS['mail']}/{number}/opzij").status_code in {302, 403}


def test_programs_send_failed_mail_again(site):
    with site.runtime.database.session() as session:
        session.add(MailMessage(recipient="a@b.example", subject="x", body="y", state="gave_up"))
        session.commit()
    api, path = site.app.test_client(), "/api/v1/mail/failed"
    reader, writer = site.token("coordinator", "read"), site.token("coordinator", "write:directory")
    (message,) = api.get(path, headers=reader).json["items"]
    assert (message["recipient"], "body" in message) == ("a@b.example", False)
    assert api.post(f"{path}/{message['id']}/aside", headers=reader).status_code == 403
    assert api.post(f"{path}/{message['id']}/aside", headers=writer).json["state"] == "aside"
    assert api.delete(f"{path}/{message['id']}/aside", headers=writer).json["state"] == "gave_up"
    assert api.post(f"{path}/{message['id']}/again", headers=writer).json["state"] == "due"
    assert api.post(f"{path}/999/again", headers=writer).status_code == 404


def test_an_import_with_rows_left_out_waits_until_somebody_saw_it(site, numbers):
    with site.runtime.database.session() as session:
        run = carried_out(session, site.settings, csv_of([*ROWS, ["4", "", "Esbeek", *[""] * 6]]))
        good = carried_out(session, site.settings, csv_of(ROWS[:1]), source="Goed")
        session.commit()
        number, other = run.id, good.id
    assert numbers()["imports"] == 1
    assert "Uitgevoerd; rijen overgeslagen" in listed(site, "imports")
    pressed(site, "imports", "gezien")
    assert numbers()["imports"] == 0
    assert "Uitgevoerd; rijen overgeslagen" not in listed(site, "imports")
    assert site.post("coordinator", f"{URLS['imports']}/{number}/toch-niet").status_code == 303
    assert numbers()["imports"] == 1
    api, writer = site.app.test_client(), site.token("coordinator", "write:directory")
    assert api.post(f"/api/v1/imports/{number}/seen", headers=writer).json["seenAt"]
    assert api.delete(f"/api/v1/imports/{number}/seen", headers=writer).json["seenAt"] is None
    with site.runtime.database.session() as session:
        session.get(ImportRun, other).state = "checked"
        session.commit()
    assert numbers()["imports"] == 2
    assert site.post("coordinator", f"{URLS['imports']}/{other}/gezien").status_code == 409


def test_only_the_tasks_of_today_count_and_they_stand_apart(site, stale, numbers):
    with site.runtime.database.session() as session:
        entry = session.query(Entry).filter(Entry.name == "Oud").one()
        for text, days in (("Bel Ans", 0), ("Bel Bo", 9)):
            follow_ups.add(session, entry, text, by="Ans", due_on=local_today() + timedelta(days=days))
        session.commit()
    assert numbers()["tasks"] == 1
    text = listed(site, "tasks")
    assert text.index("Vandaag (1)") < text.index("Bel Ans") < text.index("Later (1)") < text.index("Bel Bo")
    pressed(site, "tasks", "klaar")
    assert numbers()["tasks"] == 0


def test_programs_read_what_was_not_confirmed(site, stale):
    api, path = site.app.test_client(), "/api/v1/coordination/unconfirmed"
    reader = site.token("coordinator", "read")
    found = api.get(path, headers=reader).json
    assert (found["total"], {each["name"] for each in found["items"]}) == (2, {"Oud", "Ouder"})
    assert api.get(f"{path}?freshness=unreachable", headers=reader).json["total"] == 0
    assert api.get(f"{path}?freshness=fresh", headers=reader).status_code == 422
    assert api.get(path).status_code == 401
