"""How far a template has come, in four steps: thought up, tried, in use in several places, graded.

The steps say what is known, not who is better: nothing is ordered by them.
"""

from __future__ import annotations

from dataclasses import dataclass

from node.template_evidence.summary import Summary

STEPS = ("thought_up", "tried", "in_use", "graded")
ENOUGH = 2
"""So many communities doing it now make more of it than a try: it works outside the place it came from."""


@dataclass(frozen=True)
class Ladder:
    """The steps that were taken, and the highest of them."""

    taken: tuple[str, ...]
    running: int

    @property
    def step(self) -> str:
        """The highest step."""
        return self.taken[-1]

    @property
    def is_graded(self) -> bool:
        """True when experts judged it."""
        return "graded" in self.taken

    @property
    def use_step(self) -> str:
        """The highest step by what communities tell."""
        return [step for step in self.taken if step != "graded"][-1]


def climb(summary: Summary, grade_level: str) -> Ladder:
    """The steps of a template. A grade needs no use that was told here: it was seen by others."""
    reached = {
        "thought_up": True,
        "tried": summary.told > 0,
        "in_use": summary.running >= ENOUGH,
        "graded": bool(grade_level),
    }
    return Ladder(tuple(step for step in STEPS if reached[step]), summary.running)
