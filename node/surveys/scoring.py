"""From answers to scores, pure and exact. A score is of use for a group only; no page shows one.

An answer is None, or absent, when somebody would rather not say.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from math import floor

Answers = Mapping[str, int | None]

YES, MORE_OR_LESS, NO = 1, 2, 3
MOST_MISSING = 1
"""Items of a scale that may be missing before its total is."""

SUBSCALE_RULES = {
    "cbs": {0: "none", 1: "some", 2: "some", 3: "strong"},
    "manual": {0: "none", 1: "some", 2: "some", 3: "some"},
}
"""How sources class a subscale of 0 to 3: CBS in three classes, the manual only as 0 and 1 to 3."""


CLASSES: dict[str, dict[str, float]] = {
    "djg6": {"none": 0, "some": 2, "strong": 5},
    "djg11": {"none": 0, "some": 3, "strong": 9, "very_strong": 11},
}
"""The classes of a total by the manual, from low to high, each with the lowest total that belongs to it."""


@dataclass(frozen=True)
class Scale:
    """Which items of a loneliness scale count when people agree (emotional), which when they do not."""

    emotional: tuple[str, ...]
    social: tuple[str, ...]


def _items(code: str, *numbers: int) -> tuple[str, ...]:
    return tuple(f"{code}.{number}" for number in numbers)


SCALES = {
    "djg6": Scale(_items("djg6", 1, 4, 6), _items("djg6", 2, 3, 5)),
    "djg11": Scale(_items("djg11", 2, 3, 5, 6, 9, 10), _items("djg11", 1, 4, 7, 8, 11)),
}


@dataclass(frozen=True)
class Loneliness:
    """The scores of one response; each None where too much is missing."""

    total: int | None
    emotional: int | None
    social: int | None


def loneliness(answers: Answers, code: str = "djg6") -> Loneliness:
    """De Jong Gierveld's scale of 6 (0 to 6) or 11 (0 to 11) statements, by its manual.

    An emotional item counts for “yes” and “more or less”, a social one for “no” and “more or less”. The
    total is missing when more than one item is; a subscale when any of its items is.
    """
    scale = SCALES[code]
    emotional = [_point(answers.get(item), {YES, MORE_OR_LESS}) for item in scale.emotional]
    social = [_point(answers.get(item), {NO, MORE_OR_LESS}) for item in scale.social]
    return Loneliness(_sum([*emotional, *social], MOST_MISSING), _sum(emotional, 0), _sum(social, 0))


def _point(answer: int | None, counts: set[int]) -> int | None:
    return None if answer is None else int(answer in counts)


def _sum(points: Iterable[int | None], may_miss: int) -> int | None:
    listed = list(points)
    told = [point for point in listed if point is not None]
    return sum(told) if len(listed) - len(told) <= may_miss else None


def subscale_class(score: int, rule: str) -> str:
    """The class of a subscale of the scale of 6, by the rule that the survey keeps. KeyError for no rule."""
    return SUBSCALE_RULES[rule][score]


COHESION_ITEMS = _items("cohesion6", 1, 2, 3, 4, 5, 6)
COHESION_TURNED = {"cohesion6.4"}
"""Who agrees with this one says that people do not know one another."""


def cohesion(answers: Answers) -> float | None:
    """Social cohesion from 0 to 10: the mean of six statements of 0 to 4 points each, times 2.5.

    None when more than one is missing (our own rule: CBS names none).
    """
    points = []
    for item in COHESION_ITEMS:
        answer = answers.get(item)
        if answer is not None:
            points.append(answer - 1 if item in COHESION_TURNED else 5 - answer)
    if len(COHESION_ITEMS) - len(points) > MOST_MISSING:
        return None
    return 2.5 * sum(points) / len(points)


def cohesion_points(answers: Answers) -> int | None:
    """The same as a whole number from 0 to 10, halves upwards: what may be added up and released."""
    score = cohesion(answers)
    return None if score is None else floor(score + 0.5)
