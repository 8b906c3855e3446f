"""What the box finds beside initiatives is all found on a page of its own, with the same words."""

from __future__ import annotations

import re

import pytest

from directory.replica.publishing import publish_record
from federation.actors.identities import get_identity
from tests.node.guide.test_pages import page
from tests.records import event, story

pytestmark = pytest.mark.usefixtures("village")
MANY = 5
API = "/api/v1"


@pytest.fixture
def told(runtime, settings, village):
    """Five stories and five events about clouds, and one of each that is not."""
    with runtime.database.session() as session:
        cooperative = get_identity(session, "cooperative")
        for number in range(MANY):
            for document in (
                story(name=f"Wolken kijken op een wolkenmiddag {number}"),
                event(name=f"Wolkenmiddag {number}"),
            ):
                publish_record(session, settings, cooperative, "Create", document)
        publish_record(session, settings, cooperative, "Create", story(name="De fiets van Jo"))
        publish_record(session, settings, cooperative, "Create", event(name="Fietstocht"))
        session.commit()


def links_beside(client, words):
    """Where the box leads on to, by the page without its words."""
    text = page(client, f"/gids?q={words}")
    return dict(re.findall(r'href="(/(?:agenda|verhalen))(\?[^"]+)"', text))


def test_all_that_the_box_counts_is_on_the_page_behind_it(client, told):
    assert links_beside(client, "wolken") == {"/agenda": "?q=wolken", "/verhalen": "?q=wolken"}
    agenda, stories = page(client, "/agenda?q=wolken"), page(client, "/verhalen?q=wolken")
    for number in range(MANY):
        assert f"Wolkenmiddag {number}" in agenda
        assert f"wolkenmiddag {number}" in stories
    assert "5 activiteiten" in agenda
    assert "5 verhalen" in stories
    assert "Fietstocht" not in agenda
    assert "De fiets van Jo" not in stories
    assert 'value="wolken"' in agenda
    assert 'value="wolken"' in stories


def test_words_survive_in_the_link_and_are_never_markup(client, told):
    attack = '"><script>alert(1)</script> wolken'
    text = page(client, "/gids?q=" + attack)
    assert "<script>alert" not in text
    for path in ("/agenda", "/verhalen"):
        assert "<script>alert" not in page(client, f"{path}?q={attack}")


@pytest.mark.parametrize("path", ["/agenda", "/verhalen"])
def test_a_typing_error_is_corrected_and_nothing_found_helps_on(client, told, path):
    assert "Bedoelde u" in page(client, f"{path}?q=wolkenmidag")
    text = page(client, f"{path}?q=qqqqxyz")
    assert "Niets gevonden" in text
    assert "Fiets" not in text


@pytest.mark.parametrize("kind", ["events", "stories"])
def test_programs_search_them_too(client, told, kind):
    assert client.get(f"{API}/{kind}").json["total"] == MANY + 1
    found = client.get(f"{API}/{kind}?q=wolken").json
    assert (found["total"], len(found["items"])) == (MANY, MANY)
    assert all("olken" in each["name"] for each in found["items"])
    assert client.get(f"{API}/{kind}?q=qqqqxyz").json["items"] == []
