"""The words of the starter library: complete, short, in plain Dutch, and honest about Austerlitz."""

from __future__ import annotations

import re

import pytest

from node.activity_templates.copying import ANY_VILLAGE
from node.example_facts import GATHERINGS
from node.starter_library.starters import GROUPS, Starter, starters
from schemas.indicators import NATIONAL
from schemas.taxonomies import PARAMETER_KINDS, SECTIONS, THEMES

LONGEST_SENTENCE = 15
FEWEST_WORDS, MOST_WORDS = 700, 1400
LETTERS = re.compile(r"[^\W\d_]+(?:['’.-][^\W\d_]+)*")
JARGON = re.compile(
    r"\b(cliënt\w*|zorgvrager\w*|hulpvrager\w*|doelgroep\w*|faciliter\w*|participa\w*|implement\w*|signaler\w*"
    r"|zelfredzaam\w*|eenzame\w*|inclusi\w*|monitor\w*|evaluer\w*|stakeholder\w*|buddy|meeting|event|match\w*"
    r"|intake|traject\w*|draagvlak|casus\w*|onderhavig\w*|middels|teneinde|derhalve|evenals|alsmede"
    r"|ten behoeve|met betrekking tot|indien|tevens|reeds|dient te|dienen te|mobiliteit\w*|methodiek\w*)\b",
    re.IGNORECASE,
)

every = pytest.mark.parametrize("starter", starters().values(), ids=starters().keys())


def texts_of(starter: Starter) -> list[str]:
    """Every piece of text that people read in one activity."""
    content = starter.content
    lists = [
        item for part in ("roles", "materials", "costs", "safeguards", "checklist") for item in content[part]
    ]
    read = [content["summary"], *(section["text"] for section in content["sections"])]
    read += [item.get(name, "") for item in lists for name in ("name", "label", "text", "note")]
    for parameter in content["parameters"]:
        read += [parameter["label"], *parameter["choices"]]
    return [text for text in read if text]


def sentences_of(text: str) -> list[str]:
    """The sentences of a text; the numbers of the steps and the dots of times are no end."""
    without_numbers = re.sub(r"^\d+\. ", "", text, flags=re.MULTILINE)
    return [each for each in re.split(r"(?<=[.!?])[”\s]+|\n+", without_numbers) if LETTERS.search(each)]


def words_in(text: str) -> int:
    """How many words a text has; a number counts as one."""
    return len(re.findall(r"\S*\w\S*", text))


def test_the_library_has_the_seventeen_activities_of_austerlitz():
    assert {starter.name_in("Austerlitz") for starter in starters().values()} == {
        "Dementievriendelijk Austerlitz" if each["name"] == "Dementievriendelijk dorp" else
        "Koffie & Koters Austerlitz" if each["name"] == "Koffie & Koters" else each["name"]
        for each in GATHERINGS
    }  # fmt: skip
    assert [starter.order for starter in starters().values()] == list(range(1, 18))


@every
def test_each_activity_is_complete(starter):
    content = starter.content
    written = {section["key"] for section in content["sections"]}
    assert written == set(SECTIONS.codes)
    assert all(section["text"] for section in content["sections"])
    assert 4 <= len(content["parameters"]) <= 8
    assert len({each["kind"] for each in content["parameters"]}) >= 4
    assert {each["kind"] for each in content["parameters"]} <= set(PARAMETER_KINDS.codes)
    for part, least in {"roles": 2, "materials": 3, "costs": 2, "safeguards": 4, "checklist": 6}.items():
        assert len(content[part]) >= least, part
    assert {each["when"] for each in content["checklist"]} == {"before", "during", "after"}
    assert content["indicators"]
    assert set(content["indicators"]) <= set(NATIONAL)
    assert starter.group in GROUPS
    assert starter.theme in THEMES


@every
def test_each_activity_takes_seven_to_fourteen_hundred_words(starter):
    words = sum(words_in(text) for text in texts_of(starter))
    assert FEWEST_WORDS <= words <= MOST_WORDS


@every
def test_no_sentence_is_long_and_most_are_short(starter):
    lengths = {each: words_in(each) for text in texts_of(starter) for each in sentences_of(text)}
    assert {each: length for each, length in lengths.items() if length > LONGEST_SENTENCE} == {}
    assert sum(lengths.values()) / len(lengths) <= 8


@every
def test_no_jargon_and_no_word_of_a_building_full_of_policy(starter):
    assert [word for text in texts_of(starter) for word in JARGON.findall(text)] == []


@every
def test_the_name_makes_room_for_any_village(starter):
    assert "Elsendorp" in starter.name_in("Elsendorp")
    assert "{" not in starter.name_in(ANY_VILLAGE)
    assert starter.content_in("Elsendorp")["name"] == starter.name_in("Elsendorp")


@every
def test_only_the_reason_speaks_of_austerlitz(starter):
    """Everything else has to be true of any village. One amount of Austerlitz is known by its source."""
    elsewhere = [each["text"] for each in starter.content["sections"] if each["key"] != "reason"]
    named = [text for text in elsewhere if "Austerlitz" in text]
    assert len(named) == (1 if starter.key == "hart" else 0)


@every
def test_amounts_are_marked_as_examples(starter):
    costs = next(each["text"] for each in starter.content["sections"] if each["key"] == "costs")
    assert "voorbeeld" in costs


def test_who_is_alone_with_somebody_vulnerable_shows_a_certificate_of_conduct():
    alone = {
        "past_op": ("oppas", "oppas_zorg"),
        "rijdt": ("rijders",),
        "bezorgt": ("bezorgers",),
        "klust": ("klussers",),
        "online": ("thuishelpers",),
        "verbindt": ("maatje",),
        "op_stap": ("begeleiders", "rijders"),
    }
    for key, roles in alone.items():
        asked = {role["key"]: role["requirements"] for role in starters()[key].content["roles"]}
        assert all("vog" in asked[role] for role in roles), key
    assert (
        "reference"
        in {role["key"]: role["requirements"] for role in starters()["past_op"].content["roles"]}["oppas"]
    )
