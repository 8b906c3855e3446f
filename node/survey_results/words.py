"""The words around results: classes, groups, ways of answering, and sentences that tell one figure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from flask_babel import format_decimal
from flask_babel import gettext as _

from node.survey_results.measures import CLASS_WORDS
from node.survey_results.trend import TrendPoint
from node.surveys.background import AGE_WORDS, SEX_WORDS
from schemas.messages import N_

MODES = {
    "web": N_("on the web"),
    "paper": N_("on paper"),
    "mixed": N_("on the web and on paper"),
}
CUTS = {
    "some": N_("%(value)s percent (± %(margin)s) is lonely."),
    "7_up": N_("%(value)s percent (± %(margin)s) gives a 7 or higher."),
    "8_up": N_("%(value)s percent (± %(margin)s) gives an 8 or higher."),
}
CUT_NAMES = {"some": N_("lonely"), "7_up": N_("7 or higher"), "8_up": N_("8 or higher")}
SUBSCALES = {"djg6.emotional", "djg6.social"}
KINDS = {"age": N_("By age"), "sex": N_("Women and men")}


def class_word(row: Mapping[str, Any]) -> str:
    """A class in words; of an answer the words in which it was asked."""
    if row["word"]:
        return str(row["word"])
    word = CLASS_WORDS[row["code"]]
    return str(_(word))


def measure_word(measure: Mapping[str, Any]) -> str:
    """The name of a measure; of a question its own text, which no translation touches."""
    name = str(measure["name"])
    return str(_(name)) if measure["code"] in SUBSCALES else name


def group_word(code: str) -> str:
    """An age band, or women or men."""
    word = {**AGE_WORDS, **SEX_WORDS}[code]
    return str(_(word))


def mode_word(mode: str) -> str:
    """How people answered."""
    word = MODES[mode]
    return str(_(word))


def groups_in_words(codes: Iterable[str]) -> str:
    """Age bands that were taken together."""
    return ", ".join(map(group_word, codes))


def reference_word(of: str, measure: Mapping[str, Any]) -> str:
    """Of which share a published figure is."""
    word = CLASS_WORDS["strong"] if of == "strong" else CUT_NAMES[measure["cut"]["code"]]
    return str(_(word))


def cut_sentence(cut: Mapping[str, Any]) -> str:
    """The share that matters most, in one sentence."""
    sentence = CUTS[cut["code"]]
    return str(_(sentence, value=cut["value"], margin=cut["margin"]))


def mean_sentence(measure: Mapping[str, Any]) -> str:
    """The mean with its scale, in one sentence."""
    told = measure["mean"]
    return str(
        _(
            "On average %(value)s (± %(margin)s), on a scale from %(lowest)s to %(highest)s.",
            value=format_decimal(told["value"]),
            margin=format_decimal(told["margin"]),
            lowest=measure["lowest"],
            highest=measure["highest"],
        )
    )


def before_sentence(point: TrendPoint, measure: Mapping[str, Any]) -> str:
    """What the survey before told of the same."""
    told = {"value": format_decimal(point.value), "margin": format_decimal(point.margin)}
    if measure["cut"]:
        return str(_("The time before it was %(value)s percent (± %(margin)s).", **told))
    return str(_("The time before it was %(value)s (± %(margin)s).", **told))


def between(told: Mapping[str, Any], lowest: float, highest: float) -> str:
    """Where the figure lies with its margin, within what is possible."""
    low = max(lowest, round(told["value"] - told["margin"], 1))
    high = min(highest, round(told["value"] + told["margin"], 1))
    return str(_("%(low)s and %(high)s", low=format_decimal(low), high=format_decimal(high)))
