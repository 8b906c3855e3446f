"""The long form folds on a phone, part by part, and opens where something has to be done."""

from __future__ import annotations

import re

import pytest

from node.activity_templates import service
from schemas.taxonomies import SECTIONS
from tests.node.activity_templates.test_editing import CONTENT
from tests.node.activity_templates.test_pages import FORM


def parts(page):
    """The parts of the form with whether they are open, and whether something is in them."""
    found = re.findall(
        r'<details class="form-part" id="deel-(\w+)"( open)?>\s*<summary>(.*?)</summary>', page, re.S
    )
    return {name: (bool(is_open), "filled" in line) for name, is_open, line in found}


def test_every_part_is_a_line_that_tells_whether_something_is_in_it(site):
    with site.runtime.database.session() as session:
        key = service.create_template(session, {**CONTENT, "roles": [{"key": "k", "name": "Kok"}]}).id
        session.commit()
    found = parts(site.get("board", f"/formats/{key}/bewerken").text)
    assert list(found) == [*SECTIONS.codes, "gemeten", "afbeeldingen", "eigen", "vragen"]
    assert not any(is_open for is_open, _filled in found.values())
    assert {name for name, (_open, filled) in found.items() if filled} == {"goal", "costs", "roles"}


@pytest.mark.parametrize(
    ("action", "part"),
    [("add-roles", "roles"), ("add-checklist", "steps"), ("add-parameters", "vragen"), ("add-own", "eigen")],
)
def test_the_part_in_which_a_button_was_pressed_is_open(site, action, part):
    page = site.post("board", "/formats/nieuw", {**FORM, "action": action}).text
    assert {name for name, (is_open, _filled) in parts(page).items() if is_open} == {part}


def test_a_part_with_something_wrong_in_it_is_open(site):
    wrong = {
        **FORM,
        "costs": "1",
        "cost-0-label": "Soep",
        "cost-0-amount": "veel",
        "cost-0-per": "once",
        "action": "save",
    }
    answer = site.post("board", "/formats/nieuw", wrong)
    assert answer.status_code == 422
    assert {name for name, (is_open, _filled) in parts(answer.text).items() if is_open} == {"costs"}
