"""Open data for people: the page, the files, the feeds, and what others see of a shared page."""

from __future__ import annotations

import json
import re
from xml.etree import ElementTree as ET

import pytest

from directory.search.service import key_of
from tests.node.open_data.conftest import ATTACK

pytestmark = pytest.mark.usefixtures("village")

REAL, HARM = (key_of(f"https://hub.example/objects/{number}") for number in (100, 101))
ENDINGS = ("csv", "xlsx", "geojson", "jsonld", "hsds.json")
PNG = b"\x89PNG\r\n\x1a\n"


def page(client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, answer.text
    return answer.text


def told(text: str):
    (data,) = re.findall(r'<script type="application/ld\+json">(.*?)</script>', text, re.DOTALL)
    return json.loads(data)


def test_the_page_tells_what_you_may_do_and_links_to_every_form(client, guide):
    text = page(client, "/open-data?province=NL-UT")
    assert "https://creativecommons.org/licenses/by/4.0/" in text
    for ending in ENDINGS:
        assert f'href="/gids.{ending}?province=NL-UT"' in text
    assert 'href="/gids.atom?province=NL-UT"' in text
    assert {each["encodingFormat"] for each in told(text)["distribution"]} >= {
        "text/csv",
        "application/geo+json",
    }
    assert "Open data" in page(client, "/")


@pytest.mark.parametrize("ending", ENDINGS)
def test_every_form_downloads_the_selection_and_any_site_may_read_it(client, guide, ending):
    answer = client.get(f"/gids.{ending}?q=kookclub+echt")
    assert answer.status_code == 200
    assert re.search(rf'filename="gids-\d{{4}}-\d\d-\d\d\.{ending}"', answer.headers["Content-Disposition"])
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert "by/4.0" in answer.headers["Link"]
    if ending != "xlsx":
        assert "Kookclub Echt" in answer.text
        assert "kook@kook.example" in answer.text  # they chose to show it
    assert client.get(f"/gids.{ending}?province=XX").status_code == 422


def test_a_form_that_does_not_exist_is_not_found(client, guide):
    assert client.get("/gids.docx").status_code == 404


def test_the_feed_tells_what_is_new_and_not_twice(client, guide):
    answer = client.get("/gids.atom?q=kookclub+echt")
    assert answer.mimetype == "application/atom+xml"
    feed = ET.fromstring(answer.data)
    entries = feed.findall("{http://www.w3.org/2005/Atom}entry")
    assert [each.findtext("{http://www.w3.org/2005/Atom}title") for each in entries] == ["Kookclub Echt"]
    again = client.get("/gids.atom?q=kookclub+echt", headers={"If-None-Match": answer.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    assert ATTACK in "".join(ET.fromstring(client.get("/nieuw.atom").data).itertext())


def test_the_lines_for_another_site_show_the_choice(client, guide):
    text = page(client, "/open-data?piece=map&province=NL-UT&q=eten")
    assert "&lt;iframe src=&#34;" in text
    assert "/insluiten/kaart?q=eten&amp;amp;province=NL-UT" in text
    assert "iframe" not in page(client, '/open-data?piece="><script>')


def test_an_initiative_tells_programs_who_it_is_without_letting_it_speak(client, guide):
    text = page(client, f"/gids/{REAL}")
    about = told(text)
    assert (about["@type"], about["name"], about["foundingDate"]) == ("Organization", "Kookclub Echt", "2012")
    assert about["telephone"] == "0343 123456"
    text = page(client, f"/gids/{HARM}")
    assert "<script>alert" not in text
    assert told(text)["name"] == ATTACK
    assert "telephone" not in told(text)


def test_who_shares_a_page_shares_a_picture(client, guide):
    text = page(client, f"/gids/{REAL}")
    (address,) = re.findall(r'<meta property="og:image" content="https?://[^/]+([^"]+)"', text)
    answer = client.get(address)
    assert (answer.status_code, answer.mimetype) == (200, "image/png")
    assert answer.data.startswith(PNG)
    assert (int.from_bytes(answer.data[16:20]), int.from_bytes(answer.data[20:24])) == (1200, 630)
    again = client.get(address, headers={"If-None-Match": answer.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")
    assert client.get(f"/gids/{HARM}/plaatje.png").data.startswith(PNG)
    assert client.get("/gids/0000000000000000/plaatje.png").status_code == 404


def test_an_invented_initiative_is_kept_out_of_search_engines(client, guide):
    keys = set(re.findall(r'href="/gids/([0-9a-f]{16})"', page(client, "/gids"))) - {REAL, HARM}
    assert '<meta name="robots" content="noindex">' in page(client, f"/gids/{keys.pop()}")
    assert "noindex" not in page(client, f"/gids/{REAL}")


def test_who_downloads_all_the_time_is_asked_to_wait(client, guide):
    answers = [client.get("/gids.csv?q=kookclub+echt").status_code for _time in range(31)]
    assert answers == [200] * 30 + [429]
