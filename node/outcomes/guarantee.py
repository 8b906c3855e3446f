"""What a released figure promises, in plain Dutch: it travels with the figure."""

from __future__ import annotations

import math

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
