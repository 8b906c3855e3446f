"""Released figures in the reader's language: how many, which share, or what mean, each with its margin."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from flask_babel import format_date, format_decimal
from flask_babel import gettext as _

from federation.flask_session import current_session
from node.indicators.service import known
from node.layout.languages import current_language
from node.outcomes.periods import Quarter, period_of, quarter_of
from node.outcomes.rates import Figure, rate_in
from schemas.figure_rates import Rate
from schemas.indicators import CORRECTION_REASONS, Indicator


@dataclass(frozen=True)
class Told:
    """A figure to be drawn and read: its value, the two ends of its error bar, and where its scale begins."""

    value: float
    low: float
    high: float
    floor: float
    number_text: str
    low_text: str
    high_text: str
    margin_text: str

    @property
    def about(self) -> str:
        """“31 ± 12”, “43.2 % ± 5 %” or “6.7 ± 0.1”."""
        return f"{self.number_text} ± {self.margin_text}"


def indicator_label(code: str) -> str:
    """The name of an indicator in the reader's language; of an unknown one its code."""
    found = known(current_session, code)
    return code if found is None else in_language(found, "")


def indicator_part(code: str, part: str) -> str:
    """The unit, goal or definition of an indicator in the reader's language."""
    found = known(current_session, code)
    return "" if found is None else in_language(found, f"{part}_")


def in_language(indicator: Indicator, part: str) -> str:
    """A text of an indicator in the reader's language; its name for an empty part."""
    return str(getattr(indicator, part + ("en" if current_language() == "en" else "nl")))


def quarter_words(day: date) -> str:
    """The quarter in which a day falls, in words."""
    quarter = quarter_of(day)
    return str(_("quarter %(number)s of %(year)s", number=quarter.number, year=quarter.year))


def period_words(start: date, end: date) -> str:
    """A period in words: a quarter, a year, or its first and last day."""
    period = period_of(start, end)
    if isinstance(period, Quarter):
        return quarter_words(start)
    if "/" not in str(period):
        return str(period)
    first, last = (format_date(day, "long") for day in (start, end))
    return str(_("%(first)s to %(last)s", first=first, last=last))


def correction_reason(code: str) -> str:
    """Why a figure was replaced, in words."""
    return CORRECTION_REASONS.label(code, current_language())


def rate_words(figure: Figure) -> str:
    """“43.2 % ± 5.0 %” of so many, or “6.7 ± 0.1”; empty for a figure without denominator."""
    rate = rate_in(current_session, figure)
    return "" if rate is None else _as_rate(rate).about


def figure_told(figure: Figure) -> Told:
    """The figure as it is read first: what residents answered as a share or mean, the rest as a count."""
    rate = rate_in(current_session, figure)
    if rate is not None and is_rate(figure.indicator):
        return _as_rate(rate)
    value, low, high = (max(0, figure.value + off) for off in (0, -figure.error_bar, figure.error_bar))
    texts = [str(format_decimal(each)) for each in (value, low, high, figure.error_bar)]
    return Told(value, low, high, 0.0, texts[0], texts[1], texts[2], texts[3])


def is_rate(code: str) -> bool:
    """Whether an indicator is read as a share or mean first: of answers, the count alone says little."""
    definition = known(current_session, code)
    return definition is not None and definition.takes_denominator == "required"


def _as_rate(rate: Rate) -> Told:
    numbers = rate.value, rate.low, rate.high, rate.floor
    value, low, high, margin = (_shown(rate, number) for number in (*numbers[:3], rate.error_bar))
    return Told(*numbers, value, low, high, margin)


def _shown(rate: Rate, number: float) -> str:
    if rate.kind == "share":
        return f"{format_decimal(round(number * 100, 1))}\N{NO-BREAK SPACE}%"
    return str(format_decimal(round(number, 2)))
