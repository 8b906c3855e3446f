"""Pictures of formats: sent in the form, shown from this node alone, and kept when the origin is gone."""

from __future__ import annotations

import io
import re
from datetime import timedelta

import pytest
from sqlalchemy import update

from directory.pictures import service as pictures
from directory.pictures.encoding import encode
from directory.pictures.models import KnownPicture, Picture
from federation.database import now
from node.activity_templates import copying, jobs, service
from schemas.errors import InvalidInput
from tests.directory.pictures.photographs import photograph
from tests.example_format import AUSTERLITZ_EET
from tests.node.activity_templates.test_pages import FORM

ENCODED = encode(photograph())
ITEM = {
    "key": "soep",
    "alt": "Soep.",
    "mediaType": "image/jpeg",
    "digest": ENCODED.digest,
    "width": 64,
    "height": 48,
}
NAME = ENCODED.digest.removeprefix("sha256:")


def file(data=None, name="Truus thuis.jpg"):
    return io.BytesIO(photograph() if data is None else data), name


def send(site, action="picture", **more):
    form = {**FORM, "picture-alt": "Een pan soep.", "action": action, **more}
    return site.post("supporter", "/formats/nieuw", form)


def rows_in(page):
    """The fields of the pictures that came back in the form."""
    fields = re.findall(r'<input type="hidden" name="(picture-\d-\w+)" value="([^"]*)"', page)
    return dict(fields) | dict(re.findall(r'name="(picture-\d-alt)" type="text" value="([^"]*)"', page))


def test_a_picture_is_sent_kept_shown_and_published(site):
    page = send(site, **{"picture-file": file()}).text
    assert f"/afbeeldingen/{NAME}" in page
    assert "Een pan soep." in page
    saved = site.post("supporter", "/formats/nieuw", {**FORM, "pictures": "1", **rows_in(page)})
    assert saved.status_code == 303, saved.text
    address = saved.headers["Location"]
    assert f'src="/afbeeldingen/{NAME}"' in site.get("supporter", address).text
    assert site.get("", f"/afbeeldingen/{NAME}").status_code == 404  # a draft is for the team only
    site.post("supporter", f"{address}/publiceren")
    shown = site.get("", f"/afbeeldingen/{NAME}")
    assert (shown.status_code, shown.mimetype, shown.data) == (200, "image/jpeg", ENCODED.data)
    assert shown.headers["Content-Security-Policy"] == "default-src 'none'"
    assert "immutable" in shown.headers["Cache-Control"]
    with site.runtime.database.session(write=False) as session:
        document = site.village(session).sent()[-1]["object"]
    (picture,) = document["pictures"]
    assert picture["url"].endswith(f"/afbeeldingen/{NAME}")
    assert picture["alt"] == "Een pan soep."


def test_a_picture_that_comes_with_save_is_not_lost(site):
    saved = send(site, "save", **{"picture-file": file()})
    assert saved.status_code == 303
    assert NAME in site.get("supporter", saved.headers["Location"]).text


def test_a_picture_needs_words(site):
    page = send(site, **{"picture-file": file(), "picture-alt": " "}).text
    saved = site.post("supporter", "/formats/nieuw", {**FORM, "pictures": "1", **rows_in(page)})
    assert saved.status_code == 422
    assert 'id="picture-0-alt-error"' in saved.text


@pytest.mark.parametrize("data", [b"", b"<svg onload='alert(1)'/>", b"GIF89a"], ids=["empty", "svg", "gif"])
def test_what_is_no_picture_is_told_and_the_text_stays(site, data):
    answer = send(site, **{"picture-file": file(data), "section-steps": "Lange tekst."})
    assert answer.status_code == 422
    assert "kunnen we niet lezen" in answer.text
    assert "Lange tekst." in answer.text


@pytest.mark.parametrize(
    "change", [{"digest": "sha256:" + "0" * 64}, {"width": 63}, {"mediaType": "image/png"}]
)
def test_a_picture_that_nobody_sent_is_refused(village, change):
    pictures.keep_sent(village.session, photograph())
    with pytest.raises(InvalidInput) as caught:
        service.create_template(village.session, {**AUSTERLITZ_EET, "pictures": [{**ITEM, **change}]})
    assert "digest" in caught.value.fields["pictures"][0]


def test_who_may_not_write_sends_no_pictures(site):
    for role in ("", "member"):
        answer = site.post(role, "/formats/nieuw", {**FORM, "action": "picture", "picture-file": file()})
        assert answer.status_code in {302, 403}
    with site.runtime.database.session(write=False) as session:
        assert session.query(Picture).count() == 0
    assert site.get("supporter", "/afbeeldingen/onzin").status_code == 404


def test_a_program_sends_a_picture(site):
    headers, call = site.token("board", "write:templates"), site.app.test_client()
    kept = call.post("/api/v1/pictures", data=photograph(), headers=headers)
    assert kept.json == {name: ITEM[name] for name in ("mediaType", "digest", "width", "height")}
    body = {**AUSTERLITZ_EET, "pictures": [{**kept.json, "key": "a", "alt": "Soep."}]}
    assert call.post("/api/v1/templates", json=body, headers=headers).status_code == 201
    assert call.post("/api/v1/pictures", data=b"x", headers=headers).status_code == 422
    assert call.post("/api/v1/pictures", data=photograph()).status_code == 401


def published_next_door(neighbour):
    pictures.keep_sent(neighbour.session, photograph())
    origin = service.create_template(neighbour.session, {**AUSTERLITZ_EET, "pictures": [ITEM]})
    service.publish_template(neighbour.session, neighbour.settings, origin)
    return origin


def test_a_picture_of_a_neighbour_is_asked_for_and_a_copy_carries_it_on(village, neighbour):
    origin = published_next_door(neighbour)
    village.hears(neighbour)
    (wanted,) = pictures.take_due(village.session)
    assert wanted.url == f"http://127.0.0.1:8101/afbeeldingen/{NAME}"
    copy = copying.copy_template(village.session, origin.object_uri, name="Elsendorp Eet", answers={})
    with pytest.raises(InvalidInput):  # it has not come in yet: our own address would lead nowhere
        service.publish_template(village.session, village.settings, copy)
    pictures.keep_fetched(village.session, wanted, ENCODED.data)
    service.withdraw_template(neighbour.session, neighbour.settings, origin)
    village.hears(neighbour)
    service.publish_template(village.session, village.settings, copy)
    (picture,) = village.sent()[-1]["object"]["pictures"]
    assert picture["url"] == f"http://127.0.0.1:8102/afbeeldingen/{NAME}"
    assert copy.latest.content["pictures"] == [ITEM]


def test_no_browser_is_ever_sent_to_another_server(site, neighbour):
    origin = published_next_door(neighbour)
    with site.runtime.database.session() as session:
        site.village(session).hears(neighbour)
        session.commit()
        key = service.page_key(session, origin.object_uri)
    page = site.get("", f"/formats/{key}").text
    assert "Een afbeelding die nog niet binnen is: Soep." in page
    assert "8101" not in re.sub(r'<a [^>]*>|"url".*', "", page)


def test_a_withdrawn_format_lets_its_pictures_go_but_ours_keep_theirs(village, neighbour):
    origin = published_next_door(neighbour)
    village.hears(neighbour)
    assert village.session.query(KnownPicture).count() == 1
    service.withdraw_template(neighbour.session, neighbour.settings, origin)
    village.hears(neighbour)
    assert village.session.query(KnownPicture).count() == 0


def test_the_sweep_forgets_what_no_format_has(runtime, village):
    pictures.keep_sent(village.session, photograph())
    pictures.keep_sent(village.session, photograph(10, 10))
    service.create_template(village.session, {**AUSTERLITZ_EET, "pictures": [ITEM]})
    village.session.execute(update(Picture).values(kept_at=now() - timedelta(days=30)))
    village.session.commit()
    jobs.sweep()
    assert [each.digest for each in village.session.query(Picture)] == [ENCODED.digest]
