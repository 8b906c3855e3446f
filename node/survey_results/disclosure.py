"""What of a survey may be shown: nobody alone, no small group, and nothing that gives one away.

The rules, in this order (docs/figures.md): a mean of at least thirty, ten of whom answered otherwise than
most; a share whose people and whose complement are ten or more, so nought and all are never shown; then what
is hidden together, which anybody can subtract from the total, must be as large as what is shown. Rounding
comes last. A group is given as how often each answer was given in it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from typing import Any

from directory.disclosure.rules import FEWEST_FOR_MEAN, SENSITIVE

K = SENSITIVE.least
"""The smallest number of people of a cell about health or well-being, and of its complement."""
Answers = Counter[Any]


def may_show_mean(answers: Answers) -> bool:
    """Whether the mean of these answers may be shown: of thirty, who do not nearly all say the same."""
    number = answers.total()
    return number >= FEWEST_FOR_MEAN and number - max(answers.values()) >= K


def may_show_share(answers: Answers) -> bool:
    """Whether the share of True among these may be shown."""
    return answers[True] >= K and answers[False] >= K


def visible_cells(counts: Sequence[int], sides: Sequence[bool] = ()) -> list[bool]:
    """Which cells of one row may be shown beside their exact total.

    Cells of one of the ``sides`` are hidden together where that is enough, so that the share of a side can
    still be told.
    """
    total = sum(counts)
    shown = [K <= count <= total - K for count in counts]
    while any(shown) and not all(shown):
        hidden = [at for at, seen in enumerate(shown) if not seen]
        if sum(counts[at] for at in hidden) >= K:
            break
        touched = {sides[at] for at in hidden} if sides else set()
        beside = [at for at, seen in enumerate(shown) if seen and sides and sides[at] in touched]
        shown[_smallest(counts, beside or [at for at, seen in enumerate(shown) if seen])] = False
    return shown


def visible_groups(
    groups: Sequence[Answers], silent: Answers, may_show: Callable[[Answers], bool]
) -> list[bool]:
    """Which groups may be shown beside all together; the ``silent`` did not say their group."""
    shown = [bool(group.total()) and may_show(group) for group in groups]
    sizes = [group.total() for group in groups]
    while any(shown):
        hidden = sum((group for group, seen in zip(groups, shown, strict=True) if not seen), silent)
        if not hidden.total() or may_show(hidden):
            break
        shown[_smallest(sizes, [at for at, seen in enumerate(shown) if seen])] = False
    return shown


def _smallest(sizes: Sequence[int], places: Sequence[int]) -> int:
    """Of these places that of the smallest; of equals the last."""
    return min(places, key=lambda at: (sizes[at], -at))
