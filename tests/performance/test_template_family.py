"""The evidence and the picture of a large family of templates, against a small one: no worse than in line."""

from __future__ import annotations

import gc
import time

import pytest

from node.template_evidence.evidence import evidence_of
from node.template_evidence.family import family_page
from tests.node.template_evidence.test_evidence import TODAY, keep, use

pytestmark = pytest.mark.performance

SMALL, LARGE, ROUNDS = 50, 500, 5
MOST_TIMES = 15
"""Ten times the copies, and room for chance."""


def grow(session, number):
    """A template with copies, and copies of copies; every community told of its use."""
    root = keep(session, f"r{number}")
    for at in range(number):
        use(session, keep(session, f"r{number}c{at}", f"r{number}c{at // 10}" if at >= 10 else f"r{number}"))
    return root.uri


def milliseconds(session, uri):
    """The best of some rounds, in time of this process, with nothing remembered from before."""
    found = []
    for _round in range(ROUNDS):
        session.expunge_all()
        gc.collect()
        start = time.process_time()
        evidence = evidence_of(session, uri, ["nl:diners"], TODAY)
        family_page(session, evidence.root, uri, "?")
        found.append((time.process_time() - start) * 1000)
    return min(found)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_ten_times_the_copies_take_ten_times_the_work(session, capsys):
    small, large = (milliseconds(session, grow(session, number)) for number in (SMALL, LARGE))
    with capsys.disabled():
        print(
            f"\nevidence and family: {SMALL} copies {small:.0f} ms, {LARGE} copies {large:.0f} ms, "
            f"{large / small:.1f} times (at most {MOST_TIMES})"
        )
    assert large / small < MOST_TIMES
