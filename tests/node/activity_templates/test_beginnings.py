"""A format that begins with what the village does already."""

from __future__ import annotations

import re

import pytest

from node.activity_templates import service
from node.gatherings.models import Gathering
from tests.node.activity_templates.test_pages import FORM


@pytest.fixture
def gathering(site):
    with site.runtime.database.session() as session:
        row = Gathering(
            name="Samen wandelen", summary="Een rondje door het bos.", text="We beginnen bij de kerk.",
            place="Kerkplein", for_whom="iedereen", at_time="10.00", until_time="11.30",
            when_text="elke maandag", audience="members",
        )  # fmt: skip
        session.add(row)
        session.commit()
        return row.id


def test_the_form_begins_with_what_is_known(site, gathering):
    assert f"/formats/nieuw?activiteit={gathering}" in site.get("supporter", f"/meedoen/{gathering}").text
    assert f"/formats/nieuw?activiteit={gathering}" in site.get("supporter", "/formats/nieuw").text
    form = site.get("supporter", f"/formats/nieuw?activiteit={gathering}").text
    for known in (
        "Samen wandelen",
        "Een rondje door het bos.",
        "We beginnen bij de kerk.",
        "Kerkplein",
        'value="90"',
    ):
        assert known in form, known
    saved = site.post("supporter", "/formats/nieuw", {**FORM, "gathering": str(gathering)})
    key = re.search(r"/formats/(\w+)", saved.headers["Location"])[1]
    with site.runtime.database.session(write=False) as session:
        assert session.get(Gathering, gathering).template_id == key
    assert f"/formats/nieuw?activiteit={gathering}" not in site.get("supporter", "/formats/nieuw").text


def test_an_activity_that_has_a_format_keeps_it(site, gathering):
    first = site.post("supporter", "/formats/nieuw", {**FORM, "gathering": str(gathering)}).headers[
        "Location"
    ]
    site.post("supporter", "/formats/nieuw", {**FORM, "name": "Anders", "gathering": str(gathering)})
    with site.runtime.database.session(write=False) as session:
        assert first.endswith(session.get(Gathering, gathering).template_id)


def test_a_program_begins_from_an_activity(site, gathering):
    headers, call = site.token("board", "write:templates"), site.app.test_client()
    made = call.post(f"/api/v1/templates/from-gathering/{gathering}", headers=headers)
    assert made.status_code == 201
    values = {each["key"]: each["value"] for each in made.json["content"]["parameters"]}
    assert values == {"hoe_lang": 90, "plek": "Kerkplein"}
    assert call.post("/api/v1/templates/from-gathering/999", headers=headers).status_code == 404
    assert call.post(f"/api/v1/templates/from-gathering/{gathering}").status_code == 401


def test_an_activity_that_is_not_there_begins_nothing(site):
    assert site.get("supporter", "/formats/nieuw?activiteit=999").status_code == 404
    assert site.post("supporter", "/formats/nieuw", {**FORM, "gathering": "999"}).status_code == 404
    with site.runtime.database.session(write=False) as session:
        assert service.own_templates(session) == []
