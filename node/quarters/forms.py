"""The sheet as a form: what a person typed for each figure, and which of it is theirs to keep.

Each figure carries along what was kept when the page was made (``was-…``). What differs from it was
typed here; and what differs from what is kept by now was changed by somebody else too.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from node.quarters.sheet import Figure, Sheet
from node.quarters.words import NOT_COUNTED, OPEN, Word, counted
from schemas.errors import InvalidInput
from schemas.figure_rates import MOST_PEOPLE
from schemas.messages import N_
from schemas.numbers import read_whole

PARTS = {
    "value": N_("Fill in a whole number from 0 to 1,000,000."),
    "denominator": N_("Fill in a whole number from 1 to 1,000,000."),
}


@dataclass(frozen=True)
class Typed:
    """What stands in the fields of one figure."""

    value: str
    denominator: str
    is_not_counted: bool
    was: str

    @property
    def word(self) -> Word:
        """What is meant by it: what was changed last wins. Raises InvalidInput with its part."""
        if self.is_not_counted and not (self.was == NOT_COUNTED.state and self.value):
            return NOT_COUNTED
        if not self.value:
            return OPEN
        whole = _number("value", self.value)
        return counted(whole, _number("denominator", self.denominator) if self.denominator else None)


def typed_of(form: Mapping[str, str], figure: Figure) -> Typed | None:
    """What was typed for a figure; None when the form does not have it."""
    if f"was-{figure.key}" not in form:
        return None

    def part(name: str) -> str:
        return form.get(f"{name}-{figure.key}", "").strip()[:40]

    return Typed(part("value"), part("denominator"), bool(part("not")), part("was"))


def all_typed(form: Mapping[str, str], sheet: Sheet) -> dict[str, Typed]:
    """What was typed, by the key of its figure."""
    found = {figure.key: typed_of(form, figure) for figure in sheet.figures}
    return {key: typed for key, typed in found.items() if typed is not None}


def is_touched(figure: Figure, typed: Typed) -> bool:
    """Whether a person changed something: a proposal that just stands there is none of theirs."""
    stood = (_text(figure.fill), _text(figure.fill_denominator))
    return typed.is_not_counted or (typed.value, typed.denominator) != stood


def stepped(figure: Figure, typed: Typed, step: int) -> Word:
    """One more or one fewer than what stands there, or than what is proposed."""
    proposed = figure.proposal.value if figure.proposal else 0
    begin = _number("value", typed.value) if typed.value else figure.kept.word.value or proposed
    denominator = _number("denominator", typed.denominator) if typed.denominator else None
    return counted(min(max(0, begin + step), MOST_PEOPLE), denominator)


def source_of(figure: Figure, word: Word) -> str:
    """Where a number came from: the proposal, when it is that one."""
    is_proposed = figure.proposal is not None and word.value == figure.proposal.value
    return figure.proposal.source if figure.proposal and is_proposed else "typed"


def _number(part: str, text: str) -> int:
    number = read_whole(text)
    if number is None:
        raise InvalidInput(fields={part: [PARTS[part]]})
    return number


def _text(number: int | None) -> str:
    return "" if number is None else str(number)
