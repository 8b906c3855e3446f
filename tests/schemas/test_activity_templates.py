"""The content of a template: its keyed lists, what they refuse, and that old content keeps its hash."""

from __future__ import annotations

import copy

import pytest
from marshmallow import ValidationError

from node.activity_templates.content import content_of, hash_of, load_content, sections_of, title_of
from node.activity_templates.content_html import to_html
from schemas.activity_templates import KEYED_LISTS, MOST_ITEMS, PART_LISTS, ActivityTemplateSchema
from schemas.errors import InvalidInput

SCHEMA = ActivityTemplateSchema()
DIGEST = "sha256:" + "a" * 64
OLD = {
    "name": "Elsendorp Eet",
    "summary": "Samen eten.\nIedereen is welkom.",
    "sections": [{"key": "goal", "text": "Elkaar ontmoeten."}, {"key": "costs", "text": "Een klein bedrag."}],
    "parameters": [
        {"key": "eters", "label": "Hoeveel eters?", "kind": "number", "unit": "personen", "value": 25,
         "minimum": 4},
        {"key": "prijs", "label": "Wat kost het?", "kind": "money", "value": 7.5},
        {"key": "dag", "label": "Welke dag?", "kind": "choice", "choices": ["ma", "di"], "value": "di"},
    ],
    "indicators": ["nl:diners"],
}  # fmt: skip
FULL = OLD | {
    "sections": [*OLD["sections"], {"key": "own_menu", "title": "Een goed menu", "text": "Soep vooraf."}],
    "roles": [{"key": "kok", "name": "Kok", "number": 3, "requirements": ["training"], "note": "Vier uur."}],
    "materials": [{"key": "pan", "name": "Grote pan", "amount": "2"}],
    "costs": [{"key": "boodschappen", "label": "Boodschappen", "amount": 4.5, "per": "person"}],
    "safeguards": [{"key": "allergie", "text": "Vraag wat iemand niet mag eten."}],
    "checklist": [{"key": "tafel", "text": "Dek de tafels.", "when": "before"}],
    "pictures": [
        {
            "key": "a1",
            "mediaType": "image/jpeg",
            "digest": DIGEST,
            "width": 1200,
            "height": 800,
            "alt": "Soep.",
        }
    ],
}


def test_content_from_before_the_lists_keeps_its_hash():
    kept = "sha256:4b388596eedbc476c15ab51effa15076f1b3948a523fa2b1c86916dc83db05b0"
    assert hash_of(load_content(OLD)) == kept
    assert hash_of(load_content(OLD | {part: [] for part in PART_LISTS})) == kept
    assert not set(PART_LISTS) & set(load_content(OLD))


def test_the_lists_come_back_as_they_went_in():
    content = load_content(FULL)
    assert {part: content[part] for part in PART_LISTS} == {part: FULL[part] for part in PART_LISTS}
    assert load_content(content) == content
    assert hash_of(content) != hash_of(load_content(OLD))


def test_where_a_picture_is_kept_is_no_part_of_the_content():
    document = copy.deepcopy(load_content(FULL))
    document["pictures"][0]["url"] = "https://dorp.example/pictures/a"
    assert hash_of(content_of(document)) == hash_of(load_content(FULL))
    with pytest.raises(InvalidInput):
        load_content(document)


def test_a_section_of_ones_own_has_a_title_and_stands_last():
    *known, own = sections_of(load_content(FULL))
    assert len(known) == 10
    assert title_of(own) == "Een goed menu"
    assert title_of(known[1], "en") == "Goal"


@pytest.mark.parametrize("part", KEYED_LISTS)
def test_each_list_is_bounded_and_each_key_there_once(part):
    item = FULL[part][-1]
    for wrong in (
        [item, item],
        [item] * (MOST_ITEMS[part] + 1),
        [{**item, "key": "Not Good"}],
        [{}],
        "x",
        [7],
    ):
        with pytest.raises(ValidationError) as caught:
            SCHEMA.load(FULL | {part: wrong})
        assert part in caught.value.messages


@pytest.mark.parametrize(
    ("part", "field", "value"),
    [
        ("sections", "title", ""),
        ("sections", "title", "x" * 81),
        ("roles", "name", " "),
        ("roles", "number", 0),
        ("roles", "number", 2.5),
        ("roles", "number", 10**400),
        ("roles", "requirements", ["diploma"]),
        ("roles", "requirements", ["vog", "vog"]),
        ("roles", "person", "Truus"),
        ("materials", "name", ""),
        ("materials", "amount", "x" * 41),
        ("costs", "amount", -1),
        ("costs", "amount", float("nan")),
        ("costs", "amount", float("inf")),
        ("costs", "amount", "veel"),
        ("costs", "per", "century"),
        ("safeguards", "text", "x" * 501),
        ("safeguards", "text", "a\x00b"),
        ("checklist", "text", ""),
        ("checklist", "when", "never"),
        ("pictures", "alt", " "),
        ("pictures", "mediaType", "image/svg+xml"),
        ("pictures", "digest", "md5:1"),
        ("pictures", "width", 0),
        ("pictures", "height", 100_000),
        ("pictures", "url", "https://dorp.example/x"),
    ],
)
def test_a_wrong_item_is_refused_with_its_place(part, field, value):
    wrong = copy.deepcopy(FULL)
    wrong[part][-1][field] = value
    with pytest.raises(InvalidInput) as caught:
        load_content(wrong)
    (problem,) = caught.value.fields[part].values()
    assert field in problem


def test_a_known_section_has_no_title_of_its_own():
    with pytest.raises(InvalidInput):
        load_content(OLD | {"sections": [{"key": "goal", "title": "Ons doel", "text": ""}]})


def test_content_that_would_not_fit_an_inbox_is_refused():
    sections = [{"key": f"own_{at}", "title": "Deel", "text": "x" * 8000} for at in range(20)]
    with pytest.raises(InvalidInput):
        load_content(OLD | {"sections": sections})


def test_the_html_tells_the_lists_under_their_own_heading():
    html = to_html(
        load_content(FULL | {"parameters": [*OLD["parameters"], YES]}), "Dorp", "https://dorp.example/f"
    )
    for told in (
        "<h3>Rollen</h3><ul><li>3 × Kok. training of cursus. Vier uur.</li></ul>",
        "<li>Grote pan 2</li>",
        "<p>Een klein bedrag.</p><ul><li>Boodschappen: € 4,50 per persoon per keer</li></ul>",
        "<li>Vraag wat iemand niet mag eten.</li>",
        "<h3>Stappen</h3><ul><li>Vooraf: Dek de tafels.</li></ul>",
        "<h3>Een goed menu</h3><p>Soep vooraf.</p>",
        "<li>Wat kost het?: € 7,50</li>",
        "<li>Is er een lift?: nee</li>",
    ):
        assert told in html


YES = {"key": "lift", "label": "Is er een lift?", "kind": "yes_no", "value": False}
