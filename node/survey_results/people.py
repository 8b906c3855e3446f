"""Who answered and who was asked, by age band and gender: all that is known of a respondent."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

Cell = tuple[str, str]
"""An age band and a gender."""


@dataclass(frozen=True)
class Audience:
    """The people who were asked: how many of each age band and gender there are.

    ``ages`` and ``genders`` are the codes in their own order; neighbours in ``ages`` may be taken together.
    """

    ages: tuple[str, ...]
    genders: tuple[str, ...]
    sizes: Mapping[Cell, int]

    @property
    def size(self) -> int:
        """All of them."""
        return sum(self.sizes.values())

    @property
    def is_split(self) -> bool:
        """False when only the total is known, or nothing."""
        return self.size > 0 and bool(self.ages)

    def of(self, ages: Iterable[str], genders: Iterable[str] | None = None) -> int:
        """How many there are of these age bands, of these genders or of all."""
        wanted = self.genders if genders is None else tuple(genders)
        return sum(self.sizes.get((age, gender), 0) for age in ages for gender in wanted)


@dataclass(frozen=True)
class Background:
    """What a respondent told; None when they would rather not say."""

    age: str | None = None
    gender: str | None = None


def answered(backgrounds: Sequence[Background], audience: Audience) -> dict[Cell, int]:
    """How many of each cell answered; who did not tell both is in none."""
    counts = {(age, gender): 0 for age in audience.ages for gender in audience.genders}
    for each in backgrounds:
        if each.age is not None and each.gender is not None and (each.age, each.gender) in counts:
            counts[each.age, each.gender] += 1
    return counts
