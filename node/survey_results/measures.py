"""What is reckoned from an instrument: a score of each response, its classes, and what may be released.

A score is of one person and never leaves this reckoning: see `node.survey_results.disclosure`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial

from node.surveys.instruments import Asked, Item
from node.surveys.responses import Response
from node.surveys.scoring import CLASSES, cohesion, cohesion_points, loneliness, subscale_class
from schemas.messages import N_

Score = Callable[[Response], float | None]


@dataclass(frozen=True)
class Released:
    """A figure that a village can release from a survey; ``counts`` is what one response adds to it."""

    indicator: str
    counts: Callable[[float, Response], int]


@dataclass(frozen=True)
class Measure:
    """One thing that is told of a survey."""

    code: str
    instrument: str
    name: str
    lowest: int
    highest: int
    score: Score
    classes: tuple[tuple[str, float], ...] = ()
    """Each with the lowest score that belongs to it, from low to high."""
    cut: str = ""
    """The class from which people are counted as having it: lonely, happy, satisfied."""
    has_mean: bool = True
    words: Mapping[str, str] = field(default_factory=dict)
    """Classes that are answers, in the words in which they were asked."""
    released: tuple[Released, ...] = ()

    def class_of(self, score: float) -> str:
        """The class of a score."""
        return [code for code, least in self.classes if score >= least][-1]

    def is_hit(self, score: float) -> bool:
        """Whether a score is at or above the cut."""
        return score >= dict(self.classes)[self.cut]


CLASS_WORDS = {
    "none": N_("not lonely"),
    "some": N_("somewhat lonely"),
    "strong": N_("strongly lonely"),
    "very_strong": N_("very strongly lonely"),
    "below_7": N_("6 or lower"),
    "7_up": N_("7 or higher"),
    "below_8": N_("7 or lower"),
    "8_up": N_("8 or higher"),
}
_MARKS = {"life.1": ("nl:happy", "nl:life_mark"), "facilities.1": ("nl:satisfied", "nl:services_mark")}


def measures_of(parts: Sequence[Asked], subscale_rule: str) -> list[Measure]:
    """All that is told of a survey that asked this, in the order in which it was asked."""
    return [measure for part in parts for measure in _of(part, subscale_rule)]


def complete(measures: Sequence[Measure], responses: Sequence[Response]) -> list[Response]:
    """Who answered everything that can be released: of them alone a figure is counted.

    So all figures of a survey have one public number beside them. With one each, two of them would tell how
    many skipped what; and that somebody skipped a question is an answer.
    """
    asked = [each for each in measures if each.released]
    return [each for each in responses if all(measure.score(each) is not None for measure in asked)]


def _of(part: Asked, rule: str) -> list[Measure]:
    if part.code == "djg6":
        return _loneliness_6(part, rule)
    if part.code == "djg11":
        return [_loneliness(part, 11)]
    if part.code == "cohesion6":
        points = Released("nl:cohesion", _points)
        return [Measure(part.code, part.code, part.name, 0, 10, _cohesion, released=(points,))]
    cuts = {"life": 7, "facilities": 8}
    return [_item(part.code, item, cuts.get(part.code)) for item in part.items]


def _loneliness_6(part: Asked, rule: str) -> list[Measure]:
    whole, least = _loneliness(part, 6), CLASSES["djg6"]
    released = (
        Released("nl:lonely", partial(_at_least, least["some"])),
        Released("nl:very_lonely", partial(_at_least, least["strong"])),
        Released("nl:loneliness_score", _whole),
    )
    subscales = [
        Measure(
            f"{part.code}.{name}", part.code, words, 0, 3, partial(_subscale, name), _subscale_classes(rule)
        )
        for name, words in (("emotional", N_("Emotional loneliness")), ("social", N_("Social loneliness")))
    ]
    return [replace(whole, released=released), *subscales]


def _loneliness(part: Asked, highest: int) -> Measure:
    score, classes = partial(_total, part.code), tuple(CLASSES[part.code].items())
    return Measure(part.code, part.code, part.name, 0, highest, score, classes, cut="some")


def _subscale_classes(rule: str) -> tuple[tuple[str, float], ...]:
    classes: dict[str, float] = {}
    for score in range(4):
        classes.setdefault(subscale_class(score, rule), score)
    return tuple(classes.items())


def _item(instrument: str, item: Item, cut: int | None) -> Measure:
    """One question: a mark has a mean, an answer in words only shares."""
    score = partial(_answer, item.id)
    highest = max(answer.value for answer in item.answers)
    if not item.is_mark:
        classes = tuple((f"answer_{answer.value}", float(answer.value)) for answer in item.answers)
        words = {f"answer_{answer.value}": answer.text for answer in item.answers}
        return Measure(
            item.id, instrument, item.text, 1, highest, score, classes, has_mean=False, words=words
        )
    if cut is None:
        return Measure(item.id, instrument, item.text, 1, highest, score)
    code = f"{cut}_up"
    people, points = _MARKS.get(item.id, ("", ""))
    released = (Released(people, partial(_at_least, cut)), Released(points, _whole)) if people else ()
    two = ((f"below_{cut}", 1.0), (code, float(cut)))
    return Measure(item.id, instrument, item.text, 1, highest, score, two, code, released=released)


def _total(code: str, response: Response) -> float | None:
    return loneliness(response.answers, code).total


def _subscale(name: str, response: Response) -> float | None:
    found: int | None = getattr(loneliness(response.answers), name)
    return found


def _cohesion(response: Response) -> float | None:
    return cohesion(response.answers)


def _answer(item_id: str, response: Response) -> float | None:
    return response.answers.get(item_id)


def _at_least(cut: float, score: float, _response: Response) -> int:
    return int(score >= cut)


def _whole(score: float, _response: Response) -> int:
    return int(score)


def _points(_score: float, response: Response) -> int:
    return cohesion_points(response.answers) or 0
