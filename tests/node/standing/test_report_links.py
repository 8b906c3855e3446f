"""Whoever works here can report what others published, from the page where it stands."""

from __future__ import annotations

from urllib.parse import quote

import pytest
from bs4 import BeautifulSoup
from sqlalchemy import select

from directory.replica.events import KnownEvent
from directory.replica.figures import ReleasedFigure
from directory.replica.publishing import publish_record
from directory.replica.stories import KnownStory
from federation.actors.identities import get_identity
from federation.database import now
from tests.records import event, story


@pytest.fixture
def others(site, shown):
    """The neighbour's event, story and figure, with the pages on which they stand."""
    village, uris = shown.village, []
    for document in (event(), story()):
        activity = publish_record(village.session, village.settings, village.cooperative, "Create", document)
        uris.append(activity["object"]["id"])
        with site.runtime.database.session() as session:
            site.village(session).hears(village, activity)
            session.commit()
    with site.runtime.database.session() as session:
        session.add(figure(f"{shown.actor_uri}/figure", shown.actor_uri))
        uris.append(f"{shown.actor_uri}/figure")
        session.commit()
        assert session.scalars(select(KnownEvent.uri)).all() == uris[:1]
        assert session.scalars(select(KnownStory.uri)).all() == uris[1:2]
    told = next(href for href in links(site, "/verhalen") if "/verhalen/" in href)
    return dict(zip(("/agenda", told, "/cijfers"), uris, strict=True))


def figure(uri, owner_uri):
    day = now().date()
    numbers = {"value": 12, "error_bar": 3, "epsilon": 0.25, "sensitivity": 1, "indicator_version": 1}
    period = {"period_start": day, "period_end": day, "released_at": now()}
    return ReleasedFigure(
        uri=uri,
        position=0,
        owner_uri=owner_uri,
        name="Cijfers",
        indicator="nl:diners",
        guarantee="",
        **numbers,
        **period,
    )


def links(site, path):
    page = BeautifulSoup(site.get("", path).text, "html.parser")
    return [str(link["href"]) for link in page.select("main a[href]")]


def test_the_team_finds_the_link_where_things_of_others_stand(site, others):
    for path, uri in others.items():
        page = site.get("supporter", path).text
        assert f"/netwerk/melden?wat={quote(uri, safe='/:')}" in page, path
        assert "Meld dat er iets niet klopt" in page, path
        for stranger in ("", "member"):
            assert "wat=" not in site.get(stranger, path).text, path


def test_a_story_and_an_event_of_others_can_be_reported(site, others):
    for uri in list(others.values())[:2]:
        assert site.get("supporter", f"/netwerk/melden?wat={quote(uri, safe='')}").status_code == 200


def test_nobody_reports_their_own_village(site):
    with site.runtime.database.session() as session:
        ours = get_identity(session, "cooperative")
        publish_record(session, site.settings, ours, "Create", event())
        session.add(figure(f"{ours.actor_uri}/figure", ours.actor_uri))
        session.commit()
    for path in ("/agenda", "/cijfers"):
        assert "Austerlitz" in site.get("supporter", path).text
        assert "wat=" not in site.get("supporter", path).text, path
