"""What a released figure promises, in plain Dutch: it travels with the figure."""

from __future__ import annotations

import math

from node.outcomes.models import OutcomeRelease
from schemas import fallback
from schemas.figure_rates import Rate, rate_of
from schemas.indicators import CORRECTION_REASONS, Indicator

GUARANTEE = (
    "Dit aantal is ongeveer {value}. Het echte aantal ligt bijna zeker (95 procent) tussen {low} en {high}. "
    "We hebben het getal met opzet een beetje veranderd. "
    "Zo kan niemand er met zekerheid uit halen of u meedeed. "
    "Wie dit getal kent, komt over één persoon bijna niets te weten: met of zonder u is de kans op dit "
    "getal hooguit {ratio} keer zo groot of zo klein."
)
OF_ANSWERS = (
    "Van {denominator} {who}. {rate} Dat is uitgerekend met een getal dat we met opzet een beetje hebben "
    "veranderd. Zo kan niemand er met zekerheid uit halen wat u antwoordde. "
    "Hoeveel mensen antwoordden, is wel precies bekend en staat erbij. "
    "Wie dit getal kent, komt over één persoon bijna niets te weten: met een ander antwoord van u is de kans "
    "op dit getal hooguit {ratio} keer zo groot of zo klein. "
    "De marge gaat alleen over wat wij veranderden. Mensen die niet antwoordden, kunnen anders zijn."
)
BESIDE = " Dat is {rate} van {denominator} {who}; dat getal is openbaar."
SHARE = "Ongeveer {value} procent; bijna zeker (95 procent) tussen {low} en {high} procent."
MEAN = "Gemiddeld ongeveer {value} {unit}; bijna zeker (95 procent) tussen {low} en {high}."


def guarantee(
    indicator: Indicator, value: int, error_bar: int, epsilon: float, denominator: int | None = None
) -> str:
    """The sentences that go with a noisy value. A count is shown as 0 when noise made it negative."""
    rate = rate_of(indicator, value, error_bar, denominator)
    ratio = f"{math.ceil(math.exp(epsilon) * 100) / 100:.2f}".replace(".", ",")
    if rate is not None and indicator.takes_denominator == "required":
        told = {"denominator": denominator, "who": indicator.element("denominator"), "ratio": ratio}
        return OF_ANSWERS.format(rate=rate_in_dutch(indicator, rate), **told)
    low, high = max(0, value - error_bar), max(0, value + error_bar)
    text = GUARANTEE.format(value=max(0, value), low=low, high=high, ratio=ratio)
    if rate is None:
        return text
    percent = f"{decimal(rate.value * 100)} procent"
    return text + BESIDE.format(rate=percent, denominator=denominator, who=indicator.element("denominator"))


def rate_in_dutch(indicator: Indicator, rate: Rate) -> str:
    """A share in per cent or a mean in points, with where it almost surely lies."""
    by = 100 if rate.kind == "share" else 1
    numbers = [decimal(number * by) for number in (rate.value, rate.low, rate.high)]
    told = dict(zip(("value", "low", "high"), numbers, strict=True))
    if rate.kind == "share":
        return SHARE.format(**told)
    return MEAN.format(unit=f"op een schaal van {indicator.lowest} tot {indicator.highest}", **told)


def decimal(number: float) -> str:
    """With one decimal, as it is written here."""
    return f"{number:.1f}".replace(".", ",")


def lead(release: OutcomeRelease) -> str:
    """The figure in one sentence, for software that shows no more than that."""
    measurement = release.measurement
    example = "Voorbeeld. " if measurement.example_data else ""
    definition = measurement.definition
    rate = rate_of(definition, release.value, release.error_bar, measurement.denominator)
    if rate is not None and definition.takes_denominator == "required":
        return f"{example}{rate_in_dutch(definition, rate)} {measurement.denominator} mensen antwoordden."
    return f"{example}Ongeveer {max(0, release.value)}, met een marge van {release.error_bar}."


def to_html(release: OutcomeRelease, name: str, url: str) -> str:
    """The release for software that does not know figures: value, margin, period and guarantee."""
    measurement = release.measurement
    period = f"{measurement.period_start:%d-%m-%Y} tot en met {measurement.period_end:%d-%m-%Y}"
    rows = [("Aantal", lead(release)), ("Periode", period)]
    if measurement.correction_reason is not None:
        rows.append(("Verbetering", why_corrected(measurement.correction_reason)))
    parts = [fallback.facts(rows), fallback.paragraph(release.guarantee)]
    return fallback.page(parts, fallback.link_back("Alle cijfers:", name, url))


def why_corrected(reason: str) -> str:
    """Why a release replaces an earlier one, in a Dutch sentence."""
    return f"Dit vervangt een eerder cijfer: {CORRECTION_REASONS.label(reason)}."
