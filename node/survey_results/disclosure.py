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

K = 10
"""The smallest number of people of a cell about health or well-being, and of its complement."""
K_TAKING_PART = 5
"""The same where only taking part is told."""
FEWEST_FOR_MEAN = 30
Answers = Counter[Any]


def may_show_mean(answers: Answers) -> bool:
    """Whether the mean of these answers may be shown: of thirty, who do not nearly all say the same."""
    number = answers.total()
    return number >= FEWEST_FOR_MEAN and number - max(answers.values()) >= K


def may_show_share(answers: Answers) -> bool:
    """Whether the share of True among these may be shown."""
    return answers[True] >= K and answers[False] >= K


def visible_cells(counts: Sequence[int], *, k: int = K) -> list[bool]:
    """Which cells of one row may be shown beside their exact total."""
    total = sum(counts)
    shown = [k <= count <= total - k for count in counts]
    while any(shown) and not all(shown):
        hidden = sum(count for count, seen in zip(counts, shown, strict=True) if not seen)
        if hidden >= k:
            break
        shown[_smallest(counts, shown)] = False
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
        shown[_smallest(sizes, shown)] = False
    return shown


def _smallest(sizes: Sequence[int], shown: Sequence[bool]) -> int:
    """The place of the smallest that is still shown; of equals the last."""
    return min((size, -at) for at, size in enumerate(sizes) if shown[at])[1] * -1
