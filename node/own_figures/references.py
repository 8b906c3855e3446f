"""Published figures of the Netherlands beside ours: of the same instrument only, with year and source."""

from __future__ import annotations

from node.survey_results.references import Reference, references_for

_BESIDE = {
    "nl:lonely": ("djg6", "share"),
    "nl:very_lonely": ("djg6", "strong"),
    "nl:cohesion": ("cohesion6", "mean"),
}


def reference_for(code: str) -> list[Reference]:
    """What may be read beside an indicator; those that a model estimated say so themselves."""
    measure, of = _BESIDE.get(code, ("", ""))
    return [each for each in references_for(measure) if each.of == of]
