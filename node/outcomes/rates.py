"""A figure of ours or of the network as a share or a mean, by what this node knows of its indicator."""

from __future__ import annotations

from typing import Protocol

from sqlalchemy.orm import Session

from node.indicators.service import known
from schemas.figure_rates import Rate, rate_of


class Figure(Protocol):
    """What a figure is told by: our own release, or one of the network."""

    @property
    def value(self) -> int:
        """With noise."""

    @property
    def error_bar(self) -> int:
        """± at 95 %."""

    @property
    def indicator(self) -> str:
        """Its code."""

    @property
    def denominator(self) -> int | None:
        """The public number it is read beside."""


def rate_in(session: Session, figure: Figure) -> Rate | None:
    """The share or mean; None without denominator, or for an indicator that this node does not know."""
    if figure.denominator is None:
        return None
    definition = known(session, figure.indicator)
    if definition is None:
        return None
    return rate_of(definition, figure.value, figure.error_bar, figure.denominator)
