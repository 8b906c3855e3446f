"""Contents of templates for property tests: small pools, so that copies meet in the same places."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from node.activity_templates.content import content_of

WORDS = st.sampled_from(["soep", "brood", "een zaal", "stoelen", "Bel eerst even.", "Kook samen."])
TEXTS = st.lists(WORDS, min_size=0, max_size=4, unique=True).map("\n\n".join)
KEYS = ("a1", "b2", "c3", "d4")


def _items(**parts: Any) -> st.SearchStrategy[list[dict[str, Any]]]:
    """Up to four items with different keys, in any order."""
    item = st.fixed_dictionaries({"key": st.sampled_from(KEYS), **parts})
    return st.lists(item, max_size=4, unique_by=lambda found: found["key"])


@st.composite
def _parameter(draw: st.DrawFn) -> dict[str, Any]:
    kind = draw(st.sampled_from(["number", "choice", "text", "yes_no"]))
    found = {"key": draw(st.sampled_from(KEYS)), "label": draw(WORDS), "kind": kind}
    if kind == "choice":
        choices = draw(st.lists(st.sampled_from(["week", "maand", "jaar"]), min_size=1, unique=True))
        return {**found, "choices": choices, "value": draw(st.sampled_from([None, *choices]))}
    answers = {"number": st.sampled_from([None, 3, 8]), "yes_no": st.booleans(), "text": WORDS}
    limits = {"maximum": draw(st.sampled_from([None, 10]))} if kind == "number" else {}
    return {**found, **limits, "unit": draw(st.sampled_from(["", "personen"])), "value": draw(answers[kind])}


SECTIONS = st.lists(
    st.fixed_dictionaries({"key": st.sampled_from(["reason", "goal", "costs", "steps"]), "text": TEXTS}),
    max_size=4,
    unique_by=lambda found: found["key"],
)
PICTURE = {
    "mediaType": st.just("image/png"),
    "digest": st.sampled_from([f"sha256:{sign * 64}" for sign in "ab"]),
    "width": st.just(8),
    "height": st.just(8),
    "alt": WORDS,
}

CONTENTS = st.fixed_dictionaries(
    {
        "name": WORDS,
        "summary": TEXTS,
        "language": st.sampled_from(["nl", "fy"]),
        "sections": SECTIONS,
        "parameters": st.lists(_parameter(), max_size=3, unique_by=lambda found: found["key"]),
        "roles": _items(
            name=WORDS,
            number=st.sampled_from([None, 2, 3]),
            requirements=st.sampled_from([[], ["vog"]]),
            note=st.sampled_from(["", "Wissel af."]),
        ),
        "materials": _items(name=WORDS, amount=st.sampled_from(["", "25"])),
        "costs": _items(
            label=WORDS, amount=st.sampled_from([None, 5.0]), per=st.sampled_from(["once", "person"])
        ),
        "safeguards": _items(text=WORDS),
        "checklist": _items(text=WORDS, when=st.sampled_from(["before", "after"])),
        "pictures": _items(**PICTURE),
        "indicators": st.lists(st.sampled_from(["nl:diners", "nl:volunteers"]), max_size=2, unique=True),
    }
).map(content_of)
"""Any content that the schema accepts, as it is kept."""
