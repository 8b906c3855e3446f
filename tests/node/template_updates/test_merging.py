"""The merge for any three contents: deterministic, idempotent, and nothing of ours is lost unasked."""

from __future__ import annotations

import copy

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from node.activity_templates.content import content_of
from node.template_updates.merging import BOTH, OURS, THEIRS, compare, merge
from node.template_updates.parts import KEYED, OWN_FIELDS, SETS, SINGLE, index, value_of
from node.template_updates.weaving import weave
from schemas.errors import InvalidInput
from schemas.fallback import paragraphs
from tests.node.template_updates.contents import CONTENTS

SIDES = (CONTENTS, CONTENTS, CONTENTS)
quick = settings(max_examples=40, deadline=None)


def chosen(base, ours, theirs, pick):
    """A choice for everything that has several."""
    return {each.place: pick(each) for each in compare(base, ours, theirs)}


def without_own(part, item):
    own = OWN_FIELDS.get(part, frozenset())
    return {name: value for name, value in item.items() if name not in own}


@quick
@given(*SIDES, st.randoms(use_true_random=False))
def test_the_same_input_gives_the_same_result_and_leaves_its_input_alone(base, ours, theirs, random):
    before = copy.deepcopy((base, ours, theirs))
    choices = chosen(base, ours, theirs, lambda each: random.choice(sorted(each.results)))
    once = merge(base, ours, theirs, choices)
    assert merge(*copy.deepcopy((base, ours, theirs)), choices) == once
    assert (base, ours, theirs) == before


@quick
@given(*SIDES, st.randoms(use_true_random=False))
def test_merging_twice_changes_nothing(base, ours, theirs, random):
    choices = chosen(base, ours, theirs, lambda each: random.choice(sorted(each.results)))
    once = merge(base, ours, theirs, choices)
    assert compare(theirs, once, theirs) == []
    assert merge(theirs, once, theirs) == once


@quick
@given(*SIDES)
def test_who_keeps_ours_everywhere_keeps_exactly_what_was_there(base, ours, theirs):
    assert merge(base, ours, theirs, chosen(base, ours, theirs, lambda _each: OURS)) == ours


@quick
@given(CONTENTS, CONTENTS)
def test_who_changed_nothing_gets_all_of_theirs_but_keeps_its_name_and_answers(base, theirs):
    result = merge(base, base, theirs, chosen(base, base, theirs, lambda _each: THEIRS))
    assert (result["name"], result["language"]) == (base["name"], base["language"])
    assert [value_of(result, part) for part in SINGLE] == [value_of(theirs, part) for part in SINGLE]
    for part in KEYED:
        mine, yours = index(result, part), index(theirs, part)
        assert set(mine) == set(yours)
        for key, item in yours.items():
            assert without_own(part, mine[key]) == without_own(part, item)
    for part in SETS:
        assert set(result.get(part, [])) == set(theirs.get(part, []))


@quick
@given(CONTENTS, CONTENTS)
def test_nothing_is_proposed_where_they_changed_nothing(base, ours):
    assert compare(base, ours, base) == []
    assert compare(base, ours, ours) == []


@quick
@given(*SIDES)
def test_what_only_we_changed_stays_without_being_asked(base, ours, theirs):
    """Whatever is chosen, and for each item that they left as it was."""
    result = merge(base, ours, theirs, chosen(base, ours, theirs, lambda _each: THEIRS))
    for part in KEYED:
        before, mine, yours, after = (index(each, part) for each in (base, ours, theirs, result))
        for key in set(before) | set(mine):
            if before.get(key) == yours.get(key):
                assert after.get(key) == mine.get(key), (part, key)


@quick
@given(*SIDES)
def test_nothing_of_ours_goes_without_a_choice(base, ours, theirs):
    """Without choices it is refused, or all that we wrote ourselves is still there."""
    conflicts = {each.place for each in compare(base, ours, theirs) if each.needs_choice}
    if conflicts:
        with pytest.raises(InvalidInput) as refused:
            merge(base, ours, theirs)
        assert set(refused.value.fields) == conflicts
        return
    result = merge(base, ours, theirs)
    for part in KEYED:
        before, mine, after = (index(each, part) for each in (base, ours, result))
        for key, item in mine.items():
            for name in {name for name in item if item[name] != before.get(key, {}).get(name)}:
                assert after[key][name] == item[name], (part, key, name)
        assert not {key for key in set(before) - set(mine) if key in after}, "what we took out stays out"


@quick
@given(*SIDES)
def test_both_keeps_all_paragraphs_and_items_of_both(base, ours, theirs):
    differences = compare(base, ours, theirs)
    choices = {each.place: BOTH if BOTH in each.results else OURS for each in differences}
    result = merge(base, ours, theirs, choices)
    for each in (found for found in differences if choices[found.place] == BOTH):
        if each.part in SINGLE:
            written = {*paragraphs(each.ours), *paragraphs(each.theirs)}
            assert set(paragraphs(result[each.part])) >= written
        elif each.part != "sections":
            items = [without_key(item) for item in result[each.part]]
            assert without_key(each.ours) in items
            assert without_key(each.theirs) in items


def without_key(item):
    return {name: value for name, value in item.items() if name != "key"}


@quick
@given(*SIDES, st.randoms(use_true_random=False))
def test_every_result_is_a_content_of_the_schema(base, ours, theirs, random):
    few = {"pictures": {OURS, THEIRS}}  # of which there can be six
    choices = chosen(base, ours, theirs, lambda each: random.choice(sorted(few.get(each.part, each.results))))
    result = merge(base, ours, theirs, choices)
    assert content_of(result) == content_of(content_of(result))


@quick
@given(st.lists(st.text("abcdef", max_size=1)), st.lists(st.text("abcdef", max_size=1)))
def test_weaving_loses_nothing_and_keeps_our_order(ours, theirs):
    woven = weave(ours, theirs)
    assert [item for item in woven if item in ours] == list(dict.fromkeys(ours))
    assert set(woven) == {*ours, *theirs}
    assert weave(woven, theirs) == woven


def content(**parts):
    return content_of({"name": "Elsendorp Eet", **parts})


def section(text, key="goal"):
    return {"sections": [{"key": key, "text": text}]}


def test_a_section_that_both_changed_is_a_choice_of_three():
    base, ours, theirs = (
        content(**section(text)) for text in ("Oud.", "Oud.\n\nVan ons.", "Oud.\n\nVan hen.")
    )
    (found,) = compare(base, ours, theirs)
    assert (found.place, found.needs_choice, set(found.results)) == (
        "sections/goal",
        True,
        {OURS, THEIRS, BOTH},
    )
    both = merge(base, ours, theirs, {"sections/goal": BOTH})
    assert both["sections"][0]["text"] == "Oud.\n\nVan hen.\n\nVan ons."


def test_a_requirement_comes_in_beside_a_number_that_we_changed():
    role = {"key": "kok", "name": "Kok", "number": 2}
    base = content(roles=[role])
    ours = content(roles=[{**role, "number": 4}])
    theirs = content(roles=[{**role, "requirements": ["vog"]}])
    assert (
        merge(base, ours, theirs)["roles"]
        == content(roles=[{**role, "number": 4, "requirements": ["vog"]}])["roles"]
    )


def test_an_answer_is_ours_whatever_they_answer_now():
    question = {"key": "eters", "label": "Hoeveel eters?", "kind": "number", "value": 25}
    base, ours = content(parameters=[question]), content(parameters=[{**question, "value": 12}])
    theirs = content(parameters=[{**question, "value": 40, "label": "Hoeveel mensen eten mee?"}])
    (found,) = merge(base, ours, theirs)["parameters"]
    assert (found["label"], found["value"]) == ("Hoeveel mensen eten mee?", 12)
    assert compare(base, ours, content(parameters=[{**question, "value": 40}])) == []


def test_an_answer_that_no_longer_fits_the_question_is_a_choice():
    question = {"key": "eters", "label": "Hoeveel eters?", "kind": "number", "value": 25}
    base, ours = content(parameters=[question]), content(parameters=[{**question, "value": 90}])
    theirs = content(parameters=[{**question, "maximum": 50}])
    (found,) = compare(base, ours, theirs)
    assert found.needs_choice
    assert merge(base, ours, theirs, {found.place: THEIRS})["parameters"][0]["value"] == 25
    assert merge(base, ours, theirs, {found.place: OURS}) == ours


def test_what_they_took_out_and_we_changed_is_a_choice():
    thing = {"key": "pan", "name": "Pannen", "amount": "3"}
    base, ours = content(materials=[thing]), content(materials=[{**thing, "amount": "8"}])
    (found,) = compare(base, ours, content())
    assert (found.kind, found.needs_choice) == ("removed", True)
    assert merge(base, ours, content(), {found.place: THEIRS}) == content()


def test_a_new_order_of_theirs_comes_along_unless_we_have_one_of_our_own():
    lines = [{"key": key, "text": key} for key in ("een", "twee", "drie")]
    base, theirs = content(checklist=lines), content(checklist=lines[::-1])
    assert [each["key"] for each in merge(base, base, theirs)["checklist"]] == ["drie", "twee", "een"]
    ours = content(checklist=[lines[1], lines[0], lines[2]])
    (found,) = compare(base, ours, theirs)
    assert (found.kind, found.needs_choice) == ("order", True)


@pytest.mark.parametrize("choice", ["", "nothing", "<script>", "both "])
def test_a_choice_that_is_none_is_refused_with_its_place(choice):
    base, ours, theirs = (content(**section(text)) for text in ("Oud.", "Van ons.", "Van hen."))
    with pytest.raises(InvalidInput) as caught:
        merge(base, ours, theirs, {"sections/goal": choice})
    assert set(caught.value.fields) == {"sections/goal"}
