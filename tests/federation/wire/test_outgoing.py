"""Our records, read as other software reads them: nothing that matters is lost on the way."""

from __future__ import annotations

import json
import re

import pytest

from federation.fetching.documents import MOST_POSTED
from node.gatherings.event_document import moment_in_words
from schemas.fallback import MOST_HTML, TAGS
from tests.federation.wire.readers import (
    read_gancio,
    read_gotosocial,
    read_mastodon,
    read_mobilizon,
    read_wordpress,
)

KINDS = ("ActivityTemplate", "OutcomeRelease", "PublicEvent", "Story")
CALENDARS = (read_mobilizon, read_gancio, read_wordpress)
WHEN_AND_WHERE = ("17.30", "Dorpshuis", "Elsendorp")


@pytest.mark.parametrize("kind", KINDS)
def test_mastodon_shows_title_beginning_and_link_and_no_warning(told, kind):
    shown = read_mastodon(told[kind])
    thing = told[kind]["object"]
    assert shown is not None
    assert shown.title == thing["name"]
    assert thing["name"] in shown.text
    assert len(shown.text) > len(thing["name"]) + len(thing["url"]) + 20, "a bare title and link"
    assert shown.links == [thing["url"]]
    assert shown.language == "nl"
    assert shown.folded_under == ""


@pytest.mark.parametrize("kind", KINDS)
def test_gotosocial_shows_the_whole_text_under_its_beginning(told, kind):
    shown = read_gotosocial(told[kind])
    thing = told[kind]["object"]
    assert shown is not None
    assert shown.folded_under
    assert thing["name"] in shown.text, "its title is nowhere else"
    assert shown.links[-1] == shown.url == thing["url"]
    assert shown.language == "nl"


@pytest.mark.parametrize("kind", KINDS)
def test_no_sanitiser_takes_anything_from_the_html(told, kind):
    html = told[kind]["object"]["content"]
    assert set(re.findall(r"<([a-z0-9]+)", html)) <= TAGS
    assert read_gotosocial(told[kind]).text == " ".join(_unescaped(re.sub(r"<[^>]+>", " ", html)).split())


def test_when_and_where_is_in_what_each_shows(told):
    event = told["PublicEvent"]
    for read in (read_mastodon, read_gotosocial):
        shown = read(event)
        words = f"{shown.text} {shown.folded_under}".lower()
        for part in (*WHEN_AND_WHERE, moment_in_words(told.occurrence)):
            assert part.lower() in words, (read.__name__, part)


@pytest.mark.parametrize("read", CALENDARS, ids=lambda read: read.__name__)
def test_calendars_find_moment_place_and_page(told, read):
    shown = read(told["PublicEvent"])
    assert shown is not None
    assert shown.title == "Elsendorp Eet"
    assert shown.starts_at == told.occurrence.starts_at
    assert "Dorpshuis" in shown.place or "Dorpsstraat 1" in shown.place
    assert "Er is soep & brood." in shown.text
    assert "Neem <gerust> iemand mee." in shown.text
    assert told["PublicEvent"]["object"]["url"] in shown.links


def test_mobilizon_sends_people_to_our_page_and_takes_no_sign_ups(told):
    shown = read_mobilizon(told["PublicEvent"])
    assert shown.url == told["PublicEvent"]["object"]["url"]
    assert shown.place == "Dorpshuis, Dorpsstraat 1, Elsendorp, NL"
    assert (shown.status, shown.language) == ("confirmed", "nl")


@pytest.mark.parametrize("read", [read_mastodon, read_gotosocial, *CALENDARS], ids=lambda r: r.__name__)
def test_everybody_sees_that_it_is_cancelled(told, read):
    shown = read(told.cancelled)
    assert "Dit gaat niet door." in f"{shown.text} {shown.folded_under}"
    if read is read_mobilizon:
        assert shown.status == "cancelled"


def test_mobilizon_has_no_place_for_our_articles(told):
    assert read_mobilizon(told["ActivityTemplate"]) is None
    assert read_mobilizon(told["Story"]) is None


def test_a_list_of_types_would_be_lost_where_one_word_is_compared(told):
    listed = json.loads(json.dumps(told["PublicEvent"]))
    listed["object"]["type"] = ["Event", "PublicEvent"]
    assert read_mastodon(listed) is not None
    for read in CALENDARS:
        assert read(listed) is None


def test_a_story_says_who_tells_it_and_reads_the_same_everywhere(told):
    for read in (read_mastodon, read_gotosocial):
        shown = read(told["Story"])
        assert "Truus" in shown.text
        assert "Ik kende niemand & was <verlegen>." in f"{shown.text} {shown.folded_under}"


def test_figures_come_with_their_margin(told):
    for read in (read_mastodon, read_gotosocial):
        shown = read(told["OutcomeRelease"])
        assert "Ongeveer 41, met een marge van 6." in f"{shown.text} {shown.folded_under}"
    assert "met opzet een beetje veranderd" in read_gotosocial(told["OutcomeRelease"]).text


def test_the_largest_format_still_fits_an_inbox(told):
    assert len(told["ActivityTemplate"]["object"]["content"]) <= MOST_HTML
    largest = json.loads(json.dumps(told["ActivityTemplate"]))
    thing = largest["object"]
    for section in thing["sections"]:
        section["text"] = "e" * 8000
    thing["content"], thing["contentMap"] = "e" * MOST_HTML, {"nl": "e" * MOST_HTML}
    assert len(thing["sections"]) == 10
    assert len(json.dumps(largest, ensure_ascii=False).encode()) < MOST_POSTED


def _unescaped(text: str) -> str:
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")
