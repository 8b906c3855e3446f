"""What comes into a saved view and what leaves it: kept, shown, fed, and told by a mail that never nags."""

from __future__ import annotations

import dataclasses
import re
from datetime import timedelta
from xml.etree import ElementTree as ET

import pytest
from sqlalchemy import select

from directory.freshness.service import refresh
from federation.database import now
from node.accounts.roles import Role
from node.accounts.service import find_by_email
from node.coordination import digests, following, jobs, views, watching
from node.coordination.mailing_recipients import recipients_of
from node.coordination.models import SavedView, ViewChange, ViewFollower, ViewSnapshot
from node.gatherings.service import local_today
from node.listings import service as listings
from node.listings.content import with_values
from node.listings.models import Listing
from node.mail.models import MailMessage
from schemas.errors import NotFound
from tests.node.listings.hubs import content, entry_of
from tests.node.signing_in import add_account

DAY = timedelta(days=1)
ROOM = "/werkkamer/selecties"
ATOM = {"a": "http://www.w3.org/2005/Atom"}


@pytest.fixture
def room(session, settings, hub):
    """The settings of a hub with mail, one entry, a selection of what is about eating, and a coordinator."""
    add_account(session, settings, Role.COORDINATOR)
    with_mail = dataclasses.replace(settings, mail_url="smtp://127.0.0.1:9", mail_from="gids@hub.example")
    listings.create(session, settings, content("Eettafel", themes=["eating"]), by="Ans")
    views.save_view(session, "Samen eten", {"theme": "eating"}, by="Ans")
    return with_mail


def make(session, settings, name, **facts):
    return listings.create(session, settings, content(name, **facts), by="Ans")


def look(session):
    watching.keep(session, watching.look(session))


def told(session):
    """All changes, the oldest first, in short."""
    rows = session.scalars(select(ViewChange).order_by(ViewChange.id))
    return [(row.name, "in" if row.entered else "out", row.reason) for row in rows]


def test_a_selection_that_can_be_read_no_more_reaches_nobody_and_stops_no_other(session, room):
    lost = SavedView(name="Oud thema", parameters={"theme": "gone", "q": "x"}, by="Ans")
    session.add(lost)
    session.flush()
    make(session, room, "Kookclub", themes=["eating"])
    look(session)
    assert told(session) == [("Kookclub", "in", "new")]
    shown = {each.view.name: (each.count, each.choice.is_lost) for each in views.list_views(session)}
    assert shown == {"Oud thema": (0, True), "Samen eten": (2, False)}
    lost_one = views.show_view(session, lost).choice.selection
    assert recipients_of(session, lost_one).listed == []


def the_view(session):
    return session.scalar(select(SavedView))


def follow(session, every, *, today=None):
    account = find_by_email(session, "coordinator@austerlitz.example")
    return following.follow(session, the_view(session), account.id, every, today or local_today())


def mails(session):
    return [(row.subject, row.body) for row in session.scalars(select(MailMessage).order_by(MailMessage.id))]


def change(session, settings, name, **facts):
    listing = session.scalar(select(Listing).where(Listing.name == name))
    changed = with_values(listing.content, facts)
    listings.change(session, settings, listing, changed, by="Bo", based_on=listing.revision)
    return listing


def test_what_was_there_when_it_was_saved_is_no_news(session, room):
    look(session)
    assert told(session) == []
    assert list(session.get(ViewSnapshot, 1).entries.values()) == ["Eettafel"]


def test_new_changed_and_gone_entries_are_each_told_once_with_the_reason(session, room):
    make(session, room, "Soepclub", themes=["eating"])
    make(session, room, "Fietsclub", themes=["moving"])
    look(session)
    assert told(session) == [("Soepclub", "in", "new")]
    change(session, room, "Fietsclub", themes=["moving", "eating"])
    change(session, room, "Eettafel", themes=["moving"])
    listings.withdraw(
        session, room, session.scalar(select(Listing).where(Listing.name == "Soepclub")), by="Bo"
    )
    look(session)
    look(session)
    assert sorted(told(session)[1:]) == [
        ("Eettafel", "out", "changed"),
        ("Fietsclub", "in", "changed"),
        ("Soepclub", "out", "gone"),
    ]


def test_an_entry_that_grew_stale_comes_in(session, room):
    views.save_view(session, "Lang stil", {"freshness": "stale"}, by="Ans")
    listing = session.scalar(select(Listing))
    entry = entry_of(session, listing)
    entry.updated_at = now() - timedelta(days=300)
    entry.confirmed_on = entry.updated_at.date()
    session.flush()
    refresh(session)
    look(session)
    assert told(session) == [("Eettafel", "in", "changed")]


def test_who_looked_meanwhile_goes_before(session, room):
    make(session, room, "Soepclub", themes=["eating"])
    first, second = watching.look(session), watching.look(session)
    assert watching.keep(session, first) == 1
    assert watching.keep(session, second) == 0
    assert len(told(session)) == 1
    third = watching.look(session)
    views.remove_view(session, the_view(session))
    assert watching.keep(session, third) == 0
    assert told(session) == []


def test_a_mail_comes_once_a_day_and_never_empty(session, room):
    today = local_today()
    follow(session, "day")
    make(session, room, "Soepclub", themes=["eating"])
    look(session)
    assert digests.send_due(session, room, today) == 0  # not on the day it began
    assert digests.send_due(session, room, today + DAY) == 1
    ((subject, body),) = mails(session)
    assert subject == "Selectie Samen eten: 1 erbij, 0 eruit"
    assert "- Soepclub (nieuw in de gids)" in body
    assert "Eettafel" not in body
    assert f"{ROOM}/1" in body
    assert session.scalar(select(MailMessage)).stop_url in body
    assert digests.send_due(session, room, today + DAY) == 0
    assert digests.send_due(session, room, today + 2 * DAY) == 0  # nothing changed
    make(session, room, "Bakclub", themes=["eating"])
    look(session)
    assert digests.send_due(session, room, today + 2 * DAY) == 0  # we looked on this day
    assert digests.send_due(session, room, today + 3 * DAY) == 1
    assert len(mails(session)) == 2


def test_a_week_has_one_mail_and_who_came_and_went_is_not_in_it(session, room):
    today = local_today()
    follow(session, "week")
    for name in ("Soepclub", "Bakclub"):
        make(session, room, name, themes=["eating"])
    look(session)
    change(session, room, "Soepclub", themes=["moving"])
    look(session)
    assert digests.send_due(session, room, today + 6 * DAY) == 0
    assert digests.send_due(session, room, today + 7 * DAY) == 1
    ((subject, body),) = mails(session)
    assert subject.endswith("1 erbij, 0 eruit")
    assert "Soepclub" not in body


def test_several_selections_make_one_mail(session, room):
    account = find_by_email(session, "coordinator@austerlitz.example")
    second = views.save_view(session, "Alles in Brabant", {"province": "NL-NB"}, by="Ans")
    follow(session, "day")
    following.follow(session, second, account.id, "week", local_today() - 6 * DAY)
    make(session, room, "Soep\r\nBcc: x", themes=["eating"])
    look(session)
    assert digests.send_due(session, room, local_today() + DAY) == 1
    ((subject, body),) = mails(session)
    assert subject == "Uw selecties: 2 erbij, 0 eruit"
    assert "SAMEN ETEN" in body
    assert "ALLES IN BRABANT" in body


def test_who_may_not_see_the_room_any_more_hears_nothing(session, room):
    follow(session, "day")
    make(session, room, "Soepclub", themes=["eating"])
    look(session)
    find_by_email(session, "coordinator@austerlitz.example").set_roles(frozenset({Role.MEMBER}))
    session.flush()
    assert digests.send_due(session, room, local_today() + DAY) == 0
    assert session.scalar(select(ViewFollower)) is None


def test_without_mail_nothing_is_lost(session, room, settings):
    follow(session, "day")
    make(session, room, "Soepclub", themes=["eating"])
    look(session)
    assert digests.send_due(session, settings, local_today() + DAY) == 0
    assert digests.send_due(session, room, local_today() + DAY) == 1


def test_changes_are_forgotten_after_a_season(session, room):
    make(session, room, "Soepclub", themes=["eating"])
    look(session)
    session.scalar(select(ViewChange)).at = now() - watching.MEMORY - DAY
    session.flush()
    watching.forget_old(session)
    assert told(session) == []


def test_links_open_only_what_they_were_made_for(session, room, settings):
    follower, view = follow(session, "day"), the_view(session)
    stop, feed = following.stop_token(settings, view, follower), following.feed_token(settings, view)
    assert following.open_stop(session, settings, stop)[0] is view
    assert following.open_feed(session, settings, feed) is view
    other = dataclasses.replace(settings, secret_key="x" * 40)
    for opened, token in (
        (following.open_feed, stop), (following.open_stop, feed), (following.open_feed, "1-"),
        (following.open_feed, ""), (following.open_feed, "é-x"), (following.open_feed, feed[:-1] + "é"),
        (following.open_stop, stop.replace("-day-", "-week-")), (following.open_feed, "9" * 300),
    ):  # fmt: skip
        with pytest.raises(NotFound):
            opened(session, settings, token)
    with pytest.raises(NotFound):
        following.open_feed(session, other, feed)


@pytest.fixture
def followed(site):
    """A selection with one that came in, in the browser of a coordinator."""
    site.post("coordinator", ROOM, {"name": "Samen <i>eten</i>", "theme": "eating"})
    with site.runtime.database.session() as session:
        make(session, site.settings, "Soep <b>club</b>", themes=["eating"])
        session.commit()
    jobs.sweep()
    return f"{ROOM}/1"


def test_a_coordinator_sees_what_changed_and_follows_it(site, followed):
    text = site.get("coordinator", followed).text
    assert "Soep &lt;b&gt;club&lt;/b&gt;" in text
    assert "nieuw in de gids" in text
    assert followed in site.get("coordinator", ROOM).text
    key = re.search(r'href="/gids/(\w+)">Soep', text)[1]
    with site.runtime.database.session() as session:
        listings.withdraw(session, site.settings, session.scalar(select(Listing)), by="Bo")
        session.commit()
    jobs.sweep()
    assert key not in site.get("coordinator", followed).text  # no link that leads nowhere
    assert site.post("coordinator", f"{followed}/volgen", {"every": "week"}).status_code == 303
    assert re.search(r'value="week" checked', site.get("coordinator", followed).text)
    assert site.post("coordinator", f"{followed}/volgen", {"every": "uur"}).status_code == 422
    assert site.post("coordinator", f"{followed}/volgen", {"every": ""}).status_code == 303
    assert re.search(r'value="" checked', site.get("coordinator", followed).text)
    for role in ("", "member"):
        assert site.get(role, followed).status_code in {302, 403}
        assert site.post(role, f"{followed}/volgen", {"every": "day"}).status_code in {302, 403}


def test_the_feed_is_read_without_signing_in_by_who_has_its_address(site, followed):
    address = re.search(r'href="[^"]*(/selecties/[^"]+\.atom)"', site.get("coordinator", followed).text)[1]
    answer = site.get("", address)
    assert answer.status_code == 200
    feed = ET.fromstring(answer.data)
    assert [each.text for each in feed.findall("a:entry/a:title", ATOM)] == ["Erbij: Soep <b>club</b>"]
    assert "Samen <i>eten</i>" in feed.find("a:title", ATOM).text
    assert site.get("", address.replace(".atom", "0.atom")).status_code == 404
    again = site.browser("").get(address, headers={"If-None-Match": answer.headers["ETag"]})
    assert again.status_code == 304


def test_the_link_of_the_mail_stops_it_with_one_press_and_can_be_taken_back(site, followed):
    site.post("coordinator", f"{followed}/volgen", {"every": "day"})
    with site.runtime.database.session(write=False) as session:
        token = following.stop_token(site.settings, the_view(session), session.scalar(select(ViewFollower)))
    page = f"/selecties/stoppen/{token}"
    shown = site.get("", page)
    assert shown.headers["Cache-Control"] == "no-store"
    assert "Samen &lt;i&gt;eten&lt;/i&gt;" in shown.text

    def follows():
        with site.runtime.database.session(write=False) as session:
            return session.scalar(select(ViewFollower)) is not None

    assert follows()  # opening the page stops nothing
    assert site.post("", page, {"do": "stop"}).status_code == 303
    assert not follows()
    assert "Weer volgen" in site.get("", page).text
    assert site.post("", page, {"do": "again"}).status_code == 303
    assert follows()
    assert site.get("", f"{page}x").status_code == 404
    program = site.app.test_client()  # RFC 8058: no cookie, no form
    assert program.post(page, data={"List-Unsubscribe": "One-Click"}).status_code == 200
    assert not follows()


def test_programs_follow_too(site, followed):
    api, path = site.app.test_client(), "/api/v1/coordination/views/1"
    reader, writer = site.token("coordinator", "read"), site.token("coordinator", "write:directory")
    (change,) = api.get(f"{path}/changes", headers=reader).json["items"]
    assert (change["name"], change["entered"], change["reason"]) == ("Soep <b>club</b>", True, "new")
    body = {"every": "day"}
    assert api.put(f"{path}/subscription", json=body, headers=reader).status_code == 403
    assert api.put(f"{path}/subscription", json=body, headers=writer).json == body
    assert api.put(f"{path}/subscription", json={"every": "uur"}, headers=writer).status_code == 422
    assert api.delete(f"{path}/subscription", headers=writer).status_code == 204
    assert api.get(f"{path}/changes").status_code == 401
