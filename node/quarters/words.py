"""A word about a figure: counted, and how many; not counted; or nothing said yet."""

from __future__ import annotations

from dataclasses import dataclass

from node.outcomes.periods import Period
from schemas.indicators import Indicator
from schemas.taxonomies import Vocabulary

SOURCES = Vocabulary(
    "quarter_source",
    ("typed", "zelf ingevuld", "filled in by hand"),
    ("attendance", "geteld bij de activiteiten", "counted at the activities"),
    ("before", "net als de keer ervoor", "as the time before"),
    ("quarters", "uit de kwartalen", "from the quarters"),
    ("program", "van een ander programma", "from another program"),
)
"""Where a number came from."""


@dataclass(frozen=True)
class Line:
    """What is asked: one figure, by a version of its definition, over one period."""

    indicator: Indicator
    period: Period


@dataclass(frozen=True)
class Word:
    """What was said. Not counted is not zero."""

    state: str
    value: int | None = None
    denominator: int | None = None

    @property
    def is_counted(self) -> bool:
        """True when there is a number."""
        return self.state == "counted"

    @property
    def is_open(self) -> bool:
        """True when nobody said anything."""
        return self.state == "open"

    @property
    def text(self) -> str:
        """The word as a form carries it along, to see whether somebody changed it meanwhile."""
        if not self.is_counted:
            return "" if self.is_open else self.state
        return str(self.value) if self.denominator is None else f"{self.value}/{self.denominator}"


OPEN = Word("open")
NOT_COUNTED = Word("not_counted")


def counted(value: int, denominator: int | None = None) -> Word:
    """A number, and the public number it is read beside."""
    return Word("counted", value, denominator)
