"""One person's way through the questions: what was answered so far travels in the form, and nowhere else."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field

from node.surveys.background import AGE_BANDS, SEX_ANSWERS
from node.surveys.instruments import Asked, Item
from node.surveys.models import Survey
from node.surveys.questions import items_in

START, SEND = "start", "send"
BACKGROUND = {"age": AGE_BANDS, "sex": SEX_ANSWERS, "helped": ("yes", "no")}
"""What is asked about who answers, with its answers."""
RATHER_NOT = "-"
"""What stands in a form for “rather not say”."""
_MOST = 64


@dataclass
class Walk:
    """Where somebody is, and what they chose: item id or background to a value or `RATHER_NOT`."""

    survey: Survey
    parts: list[Asked]
    step: str = START
    ticket: str = ""
    code: str = ""
    consent: str = ""
    chosen: dict[str, str] = field(default_factory=dict)

    @property
    def items(self) -> dict[str, Item]:
        """The questions by id."""
        return {item.id: item for item in items_in(self.parts)}

    @property
    def steps(self) -> list[str]:
        """All screens, in order."""
        return [START, *self.items, *BACKGROUND, SEND]

    @property
    def number(self) -> int:
        """The number of this question, from 1; 0 at the start."""
        return self.steps.index(self.step)

    @property
    def count(self) -> int:
        """How many questions there are, those about who answers included."""
        return len(self.steps) - 2

    @property
    def part(self) -> Asked | None:
        """The instrument of this question."""
        return next((part for part in self.parts if self.step in {item.id for item in part.items}), None)

    @property
    def is_answered(self) -> bool:
        """Whether this screen has an answer."""
        return self.step in self.chosen

    @property
    def carried(self) -> list[tuple[str, str]]:
        """What the form of this screen carries along, besides what it asks."""
        return [(name, value) for name, value in self.chosen.items() if name != self.step]

    @property
    def answers(self) -> dict[str, int | None]:
        """The answers to the questions."""
        return {name: _number(self.chosen[name]) for name in self.items if name in self.chosen}

    def background(self, name: str) -> str | None:
        """An answer about who answers; None when it was not told."""
        value = self.chosen.get(name, RATHER_NOT)
        return None if value == RATHER_NOT else value

    def move(self, by: int) -> None:
        """To the next or the former screen."""
        steps = self.steps
        self.step = steps[min(max(self.number + by, 0), len(steps) - 1)]


def begin(survey: Survey, parts: list[Asked], code: str = "") -> Walk:
    """A form that was just opened."""
    return Walk(survey, parts, ticket=secrets.token_hex(16), code=code[:_MOST])


def read(survey: Survey, parts: list[Asked], form: Mapping[str, str]) -> Walk:
    """What a browser sent; what the questions do not know is left out."""
    walk = begin(survey, parts, form.get("code", ""))
    walk.ticket = form.get("ticket", "")[:_MOST] or walk.ticket
    walk.consent = form.get("consent", "")[:_MOST]
    walk.step = form.get("step", START) if form.get("step") in walk.steps else START
    for name, item in walk.items.items():
        value = form.get(name, "")
        if value == RATHER_NOT or value in {str(answer.value) for answer in item.answers}:
            walk.chosen[name] = value
    for name, answers in BACKGROUND.items():
        if form.get(name) in {RATHER_NOT, *answers}:
            walk.chosen[name] = form[name]
    return walk


def _number(value: str) -> int | None:
    return None if value == RATHER_NOT else int(value)
