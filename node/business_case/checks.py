"""What a reader must know before believing a business case."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from node.business_case.calculation import Line, total
from node.business_case.content import Content, lines_of
from node.business_case.prices import WMO_PER_RESIDENT
from schemas.messages import N_

LARGE_PART = 0.25
"""Of all Wmo support in a place: whoever says to have saved more than this must explain it."""


@dataclass(frozen=True)
class Remark:
    """Something to tell, with the words in it."""

    text: str
    words: dict[str, Any]


def remarks_of(content: Content) -> list[Remark]:
    """All remarks about a case, the weightiest first."""
    lines = lines_of(content)
    return [remark for check in _CHECKS for remark in check(content, lines)]


def _no_proof(content: Content, _lines: Sequence[Line]) -> Iterator[Remark]:
    if not content["comparison"]:
        yield Remark(
            N_("Nothing was compared with a similar place. This is no proof of cause."),
            {},
        )
    if not content["counterfactual"]:
        yield Remark(N_("It does not say what would have happened otherwise."), {})


def _too_much_wmo(content: Content, lines: Sequence[Line]) -> Iterator[Remark]:
    all_wmo = WMO_PER_RESIDENT * content["residents"]
    saved = sum(total(lines, payer).savings.likely for payer in ("municipality", "unknown"))
    if saved > LARGE_PART * all_wmo:
        yield Remark(
            N_(
                "The savings of the municipality, or of nobody in particular, are %(percent)s%% of all Wmo"
                " support of a place of this size (%(all)s euros: 308 for each resident, CBS 2023). They can"
                " hardly be Wmo alone."
            ),
            {"percent": round(100 * saved / all_wmo), "all": round(all_wmo)},
        )


def _another_pocket(_content: Content, lines: Sequence[Line]) -> Iterator[Remark]:
    """Who pays does not get it back."""
    payers = {line.payer for line in lines} - {"unknown"}
    totals = [total(lines, payer) for payer in payers]
    pays = max(totals, key=lambda each: each.costs.likely, default=None)
    saves = max(totals, key=lambda each: each.savings.likely, default=None)
    if pays and saves and saves.savings.likely and pays.costs.likely and pays.payer != saves.payer:
        yield Remark(
            N_("Who pays most is not who saves most. Pays: %(pays)s. Saves: %(saves)s."),
            {"pays": pays.payer, "saves": saves.payer},
        )


def _who_pays(_content: Content, lines: Sequence[Line]) -> Iterator[Remark]:
    labels = [line.label for line in lines if line.payer == "unknown"]
    if labels:
        yield Remark(N_("It is not known who pays or saves: %(lines)s."), {"lines": ", ".join(labels)})


def _volunteers(_content: Content, lines: Sequence[Line]) -> Iterator[Remark]:
    if lines and not any(line.in_kind and line.kind == "cost" for line in lines):
        yield Remark(N_("The hours of volunteers are not counted. They are a cost, too."), {})


def _points(content: Content, lines: Sequence[Line]) -> Iterator[Remark]:
    guessed = {"estimate", "assumption"}
    labels = [
        line.label
        for line, kept in zip(lines, content["lines"], strict=True)
        if line.value.is_point and kept["confidence"] in guessed
    ]
    if labels:
        yield Remark(N_("An estimate is a range, not one number: %(lines)s."), {"lines": ", ".join(labels)})


def _sources(content: Content, _lines: Sequence[Line]) -> Iterator[Remark]:
    labels = [line["label"] for line in content["lines"] if not line["source"]]
    if labels:
        yield Remark(N_("The source is missing: %(lines)s."), {"lines": ", ".join(labels)})


_CHECKS: tuple[Callable[[Content, Sequence[Line]], Iterator[Remark]], ...] = (
    _no_proof,
    _too_much_wmo,
    _another_pocket,
    _who_pays,
    _volunteers,
    _points,
    _sources,
)
