"""The questions of a template in a form: how they are shown, and what somebody answered."""

from __future__ import annotations

from collections.abc import Sequence

from flask_babel import gettext as _
from werkzeug.datastructures import MultiDict

from node.activity_templates.answers import read_answer, show_answer
from schemas.published import Document


def shown_answers(parameters: Sequence[Document]) -> dict[str, str]:
    """The values that stand in a fresh form, by the key of the question."""
    return {each["key"]: show_answer(each["value"], each["kind"]) for each in parameters}


def typed_answers(parameters: Sequence[Document], form: MultiDict[str, str]) -> dict[str, str]:
    """What somebody sent, as typed."""
    return {each["key"]: form.get(f"answer-{each['key']}", "") for each in parameters}


def read_answers(parameters: Sequence[Document], typed: dict[str, str]) -> Document:
    """The answers as their kinds want them; what cannot be read stays as typed, to be refused."""
    return {each["key"]: read_answer(each["kind"], typed[each["key"]]) for each in parameters}


def choice_pairs(parameter: Document) -> list[tuple[str, str]]:
    """The choices of a question, as a form wants them."""
    return [(choice, choice) for choice in parameter["choices"]]


def limits_in_words(parameter: Document) -> str:
    """Between which numbers an answer has to be."""
    low, high = show_answer(parameter["minimum"]), show_answer(parameter["maximum"])
    if low and high:
        return str(_("From %(low)s to %(high)s", low=low, high=high))
    if low:
        return str(_("At least %(low)s", low=low))
    return str(_("At most %(high)s", high=high)) if high else ""
