"""From all answers of a survey to the table that may be read: protected, weighted, and rounded last.

What comes out is all that is kept of a survey when its answers are deleted, and all that any page, file or
call shows. Nothing in it is of fewer than ten people; see `node.survey_results.disclosure`.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from itertools import accumulate
from typing import Any

from directory.disclosure.hiding import shown
from directory.disclosure.rules import ACTIVITY, nearest
from directory.disclosure.tables import Table
from node.survey_results.disclosure import (
    Answers,
    may_show_mean,
    may_show_share,
    visible_cells,
    visible_groups,
)
from node.survey_results.estimating import mean, share
from node.survey_results.measures import Measure, complete
from node.survey_results.people import Audience, Background
from node.survey_results.weights import Weighting, weigh
from node.surveys.background import AGE_BANDS, SEXES
from node.surveys.responses import Response

METHOD = 1
"""The version of these rules; kept with each table."""
MOST_SPREAD = 0.1
"""So many of those who answered may be silent about their group and still be put with one."""
ONE_MODE = 0.9
"""From this part on a survey counts as answered in one way."""
NOT_TOLD = {"value": None, "margin": None}
_SLACK = 1e-9  # of reckoning with fractions
Scored = list[tuple[Response, float, float]]
"""Responses with their score and weight."""


def reckon(measures: Sequence[Measure], responses: Sequence[Response], audience: Audience) -> dict[str, Any]:
    """The whole table."""
    backgrounds = [background_of(response) for response in responses]
    weighting = weigh(backgrounds, audience)
    weighed = list(zip(responses, weighting.weights, strict=True))
    return {
        "method": METHOD,
        "answered": len(responses),
        "complete": len(complete(measures, responses)),
        "asked": audience.size,
        "mode": _mode(responses),
        "helped": _about(sum(response.helped is True for response in responses)),
        "response": _response(backgrounds, audience),
        "weighting": _weighting(weighting),
        "measures": [_measure(each, _scored(each, weighed), audience) for each in measures],
    }


def background_of(response: Response) -> Background:
    """What somebody told of themselves."""
    return Background(response.age_band, response.sex)


def _scored(measure: Measure, weighed: Iterable[tuple[Response, float]]) -> Scored:
    found = ((response, measure.score(response), weight) for response, weight in weighed)
    return [(response, score, weight) for response, score, weight in found if score is not None]


def _measure(measure: Measure, scored: Scored, audience: Audience) -> dict[str, Any]:
    tells_mean = measure.has_mean and may_show_mean(Counter(score for _, score, _ in scored))
    seen = _seen(measure, scored)
    tells_cut = _tells_cut(measure, seen)
    told = {name: getattr(measure, name) for name in ("code", "instrument", "name", "lowest", "highest")}
    return {
        **told,
        "number": _about(len(scored)),
        "has_mean": measure.has_mean,
        "mean": _mean(scored, audience.size) if tells_mean else None,
        "classes": [
            {
                "code": code,
                "least": dict(measure.classes)[code],
                "word": measure.words.get(code, ""),
                **(_share(scored, _is_class(measure, code), audience.size) if may else NOT_TOLD),
            }
            for code, may in seen.items()
        ],
        "cut": {
            "code": measure.cut,
            **(_share(scored, measure.is_hit, audience.size) if tells_cut else NOT_TOLD),
        }
        if measure.cut
        else None,
        "groups": [
            row
            for kind in ("age", "sex")
            for row in _groups(kind, measure, scored, audience, tells_mean=tells_mean, tells_cut=tells_cut)
        ],
    }


def _is_class(measure: Measure, code: str) -> Callable[[float], bool]:
    return lambda score: measure.class_of(score) == code


def _seen(measure: Measure, scored: Scored) -> dict[str, bool]:
    """Which classes may be shown, by code."""
    codes = [code for code, _ in measure.classes]
    counts = Counter(measure.class_of(score) for _, score, _ in scored) if codes else Counter()
    sides = [measure.is_hit(least) for _, least in measure.classes] if measure.cut else []
    return dict(zip(codes, visible_cells([counts[code] for code in codes], sides), strict=True))


def _tells_cut(measure: Measure, seen: dict[str, bool]) -> bool:
    """Whether the share at or above the cut can be read from classes that are shown."""
    codes = list(seen)
    if measure.cut not in codes:
        return False
    at = codes.index(measure.cut)
    return all(seen[code] for code in codes[:at]) or all(seen[code] for code in codes[at:])


def _groups(
    kind: str, measure: Measure, scored: Scored, audience: Audience, *, tells_mean: bool, tells_cut: bool
) -> list[dict[str, Any]]:
    """The mean and share of each age band, or of women and men: beside all, or not at all."""
    codes = AGE_BANDS if kind == "age" else SEXES
    field = "age_band" if kind == "age" else "sex"
    parts = {code: [each for each in scored if getattr(each[0], field) == code] for code in codes}
    silent = _spread(parts, [each for each in scored if getattr(each[0], field) not in codes])
    means = _visible(parts, silent, lambda score: score, may_show_mean) if tells_mean else set()
    shares = _visible(parts, silent, measure.is_hit, may_show_share) if tells_cut else set()
    rows = []
    for code, part in parts.items():
        asked = audience.of([code]) if kind == "age" else audience.of(audience.ages, [code])
        found_mean = _mean(part, asked) if code in means else None
        found_share = _share(part, measure.is_hit, asked) if code in shares else None
        rows.append({"kind": kind, "code": code, "mean": found_mean, "cut": found_share})
    return rows


def _spread(parts: dict[str, Scored], silent: Scored) -> Scored:
    """Put the few who did not say their group with the groups, as large as these are; who is left over.

    Otherwise what a few people answered would be the total less the groups. They lie in a random order, so
    chance says who comes where. Of more than a few that would blur the groups: those stay apart.
    """
    known = sum(map(len, parts.values()))
    if not silent or len(silent) > MOST_SPREAD * (known + len(silent)):
        return silent
    bounds = list(accumulate(len(part) for part in parts.values()))
    groups = list(parts.values())
    for at, each in enumerate(silent):
        groups[bisect_right(bounds, (at + 0.5) / len(silent) * known)].append(each)
    return []


def _visible(
    parts: dict[str, Scored],
    silent: Scored,
    seen_as: Callable[[float], Any],
    may_show: Callable[[Answers], bool],
) -> set[str]:
    groups = [Counter(seen_as(score) for _, score, _ in part) for part in parts.values()]
    rest = Counter(seen_as(score) for _, score, _ in silent)
    return {code for code, seen in zip(parts, visible_groups(groups, rest, may_show), strict=True) if seen}


def _response(backgrounds: Sequence[Background], audience: Audience) -> list[dict[str, Any]]:
    """How many of each band and sex answered, to fives; None where it would tell of a few."""
    known = Counter((each.age, each.gender) for each in backgrounds)
    cells = [(age, sex) for age in AGE_BANDS for sex in SEXES]
    row = shown(Table((tuple(known[cell] for cell in cells),)), ACTIVITY)
    return [
        {"age": age, "sex": sex, "asked": audience.sizes.get((age, sex), 0), "answered": row[0, at]}
        for at, (age, sex) in enumerate(cells)
    ]


def _weighting(weighting: Weighting) -> dict[str, Any]:
    return {
        "is_used": weighting.is_used,
        "merged": [list(group) for group in weighting.merged],
        "without_sex": list(weighting.without_gender),
        "bounded": _about(weighting.bounded),
        "effective": round(weighting.effective),
    }


def _mode(responses: Sequence[Response]) -> str:
    """On the web, on paper, or both: the way of asking shifts answers."""
    modes = Counter(response.mode for response in responses)
    most = [mode for mode, count in modes.items() if count >= ONE_MODE * len(responses)]
    return most[0] if most else "mixed"


def _about(count: int) -> int | None:
    """A count of taking part to fives; None when it is few."""
    return nearest(count, ACTIVITY.step) if count >= ACTIVITY.least else None


def _share(scored: Scored, belongs: Callable[[float], bool], asked: int) -> dict[str, int]:
    """In per cent."""
    found = share([belongs(score) for _, score, _ in scored], [weight for _, _, weight in scored], asked)
    return {"value": round(100 * found.value), "margin": math.ceil(100 * found.margin - _SLACK)}


def _mean(scored: Scored, asked: int) -> dict[str, float]:
    """To tenths."""
    found = mean([score for _, score, _ in scored], [weight for _, _, weight in scored], asked)
    return {"value": round(found.value, 1), "margin": math.ceil(10 * found.margin - _SLACK) / 10}
