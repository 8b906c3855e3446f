"""Merging two long templates and showing the choices, against showing one of them."""

from __future__ import annotations

import gc
import time
from collections.abc import Callable
from typing import Any

import pytest
from flask import render_template

from node.activity_templates.content import content_of
from node.template_updates.merging import compare, merge
from node.template_updates.words import show
from tests.node.village_pages import site
from tests.node.villages import neighbour, village

__all__ = ["neighbour", "site", "village"]
pytestmark = pytest.mark.performance

SECTIONS = 40
SENTENCE = "Nodig de eerste gasten zelf uit en bel de dag erna wie er niet was"
WORDS = SENTENCE.split(" ")
MOST_TIMES = 32
"""So many times showing one template: 80 choices between two or three texts each."""
ROUNDS = 7


def long_template(side: str) -> dict[str, Any]:
    """Forty sections of some 150 words; ours and theirs changed all of them, each in its own way."""
    sections = []
    for number in range(SECTIONS):
        text = "\n\n".join(" ".join(WORDS[(number + part) % 7 :] * 4) + "." for part in range(4))
        text = text if side == "base" else f"{text}\n\nNieuw van {side} bij {number}."
        text = text.replace("gasten", f"gasten van {side}", 2)
        sections.append({"key": f"own_{number}", "title": f"Onderdeel {number}", "text": text})
    materials = [
        {"key": f"m{at}", "name": f"Pan {at}", "amount": str(at) if side == "base" else f"{at} van {side}"}
        for at in range(40)
    ]
    return content_of({"name": "Austerlitz Eet", "sections": sections, "materials": materials})


def milliseconds(doing: Callable[[], object]) -> float:
    """The best of some rounds, in time of this process."""
    found = []
    gc.collect()
    for _round in range(ROUNDS):
        start = time.process_time()
        doing()
        found.append((time.process_time() - start) * 1000)
    return min(found)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_merging_and_showing_the_choices_of_two_long_templates(site, capsys):
    base, ours, theirs = (long_template(side) for side in ("base", "ons", "hen"))

    def one() -> str:
        return render_template("activity_templates/_long.html", content=ours)

    def choices() -> str:
        differences = compare(base, ours, theirs)
        shown = show(differences, {}, [theirs, ours, base], "nl")
        merge(base, ours, theirs, {each.place: "both" for each in differences})
        return render_template("template_updates/_long.html", shown=shown, errors={})

    pages = {
        "activity_templates/_long.html": (
            '{% import "activity_templates/content.html" as told with context %}{{ told.told(content) }}'
        ),
        "template_updates/_long.html": (
            '{% from "template_updates/macros.html" import difference %}'
            "{% for each in shown %}{{ difference(each, errors) }}{% endfor %}"
        ),
    }
    from jinja2 import ChoiceLoader, DictLoader

    site.app.jinja_env.loader = ChoiceLoader([DictLoader(pages), site.app.jinja_env.loader])
    with site.app.test_request_context("/formats", headers={"Accept-Language": "nl"}):
        assert one().count("<section") == SECTIONS + 1
        assert choices().count("<fieldset") == 2 * SECTIONS
        showing, merging = milliseconds(one), milliseconds(choices)
    with capsys.disabled():
        told = f"one template {showing:.1f} ms; merged, with choices {merging:.1f} ms"
        print(f"\n{told}; {merging / showing:.1f} times")
    assert merging / showing < MOST_TIMES
