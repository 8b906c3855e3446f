"""Noise that protects people: OpenDP's discrete Laplace, drawn in a short child process.

OpenDP takes 48 MB, which the web server need not hold all day. The raw value travels by
standard input: arguments can be read by every user of the machine.
"""

from __future__ import annotations

import json
import math
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from schemas.errors import NotReady
from schemas.messages import N_

TIME_LIMIT = 60  # seconds; a draw takes less than one
CONFIDENCE = 0.95
_ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Noisy:
    """A protected value; the truth is within ± ``error_bar`` in 95 of 100 draws."""

    value: int
    error_bar: int


def draw(value: int, *, sensitivity: int, epsilon: float, command: list[str] | None = None) -> Noisy:
    """Draw noise for one value. Raises NotReady, and then nothing was drawn.

    The error never holds what the child wrote: a traceback could quote the raw value.
    """
    question = json.dumps({"value": value, "sensitivity": sensitivity, "epsilon": epsilon})
    command = command or [sys.executable, "-m", "node.outcomes.noise"]
    try:
        done = subprocess.run(  # noqa: S603  # our own module, no shell
            command,
            input=question,
            capture_output=True,
            text=True,
            timeout=TIME_LIMIT,
            cwd=_ROOT,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        raise _failed(type(error).__name__) from None
    if done.returncode != 0:
        raise _failed(f"exit {done.returncode}")
    return _read(done.stdout)


def _read(text: str) -> Noisy:
    try:
        answer = json.loads(text)
        noisy = Noisy(answer["value"], answer["errorBar"])
    except (ValueError, KeyError, TypeError):
        raise _failed("unreadable answer") from None
    if type(noisy.value) is not int or type(noisy.error_bar) is not int or noisy.error_bar < 1:
        raise _failed("senseless answer")
    return noisy


def _failed(cause: str) -> NotReady:
    message = N_("The number could not be protected just now, so nothing was shared. Please try again.")
    return NotReady(message, cause=f"noise: {cause}")


def mechanism(sensitivity: int, epsilon: float) -> Callable[[int], int]:
    """What draws: OpenDP's measurement for a whole number that one person changes by ``sensitivity`` at most.

    Only for the child process, and for tests that attack it. ValueError when it would cost more than stated.
    """
    import opendp.prelude as dp  # noqa: PLC0415  # 48 MB, only in the child process

    dp.enable_features("contrib")
    space = dp.atom_domain(T=int), dp.absolute_distance(T=int)
    measurement = dp.m.make_laplace(*space, scale=sensitivity / epsilon)
    costs: float = measurement.map(sensitivity)  # type: ignore[no-untyped-call]
    if costs > epsilon * (1 + 1e-9):
        raise ValueError("the mechanism costs more than stated")
    return lambda value: int(measurement(value))


def _answer(question: dict[str, float]) -> dict[str, int]:
    import opendp.prelude as dp  # noqa: PLC0415  # 48 MB, only in the child process

    sensitivity, epsilon = int(question["sensitivity"]), question["epsilon"]
    value = mechanism(sensitivity, epsilon)(int(question["value"]))
    reach = dp.discrete_laplacian_scale_to_accuracy(scale=sensitivity / epsilon, alpha=1 - CONFIDENCE)
    # noise of `reach` or more has a chance of at most 5 %, so a whole number below it covers 95 %
    return {"value": value, "errorBar": max(1, math.floor(reach))}


if __name__ == "__main__":
    sys.stdout.write(json.dumps(_answer(json.load(sys.stdin))))
