"""What a released figure promises, in plain Dutch: it travels with the figure."""

from __future__ import annotations

import math

from node.outcomes.models import OutcomeRelease
from schemas import fallback

GUARANTEE = (
    "Dit aantal is ongeveer {value}. Het echte aantal ligt bijna zeker (95 procent) tussen {low} en {high}. "
    "We hebben het getal met opzet een beetje veranderd. "
    "Zo kan niemand er met zekerheid uit halen of u meedeed. "
    "Wie dit getal kent, komt over één persoon bijna niets te weten: met of zonder u is de kans op dit "
    "getal hooguit {ratio} keer zo groot of zo klein."
)


def guarantee(value: int, error_bar: int, epsilon: float) -> str:
    """The sentence that goes with a noisy value. A count is shown as 0 when noise made it negative."""
    low, high = max(0, value - error_bar), max(0, value + error_bar)
    ratio = f"{math.ceil(math.exp(epsilon) * 100) / 100:.2f}".replace(".", ",")
    return GUARANTEE.format(value=max(0, value), low=low, high=high, ratio=ratio)


def lead(release: OutcomeRelease) -> str:
    """The figure in one sentence, for software that shows no more than that."""
    example = "Voorbeeld. " if release.measurement.example_data else ""
    return f"{example}Ongeveer {max(0, release.value)}, met een marge van {release.error_bar}."


def to_html(release: OutcomeRelease, name: str, url: str) -> str:
    """The release for software that does not know figures: value, margin, period and guarantee."""
    measurement = release.measurement
    period = f"{measurement.period_start:%d-%m-%Y} tot en met {measurement.period_end:%d-%m-%Y}"
    rows = [("Aantal", lead(release)), ("Periode", period)]
    parts = [fallback.facts(rows), fallback.paragraph(release.guarantee)]
    return fallback.page(parts, fallback.link_back("Alle cijfers:", name, url))
