"""How fast 2,000 initiatives are indexed and found, as ratios within one run."""

from __future__ import annotations

import statistics
import time

import pytest

from directory.examples.data import examples
from directory.geography.map import draw_map
from directory.search import service as search
from directory.search.service import Selection
from tests.directory.organisations import add

pytestmark = pytest.mark.performance

QUERIES = (
    "eettafel",
    "samen eten",
    "etetafel",
    "klussen zeist",
    "mantelzorgers",
    "eenzame mensen",
    "Zierikzee",
    "hulp met computer",
    "zorgcoöperatie utrecht",
    "iedereen is welkom",
    "dorpseettafels",
    "xyzzyq",
    "",
)


COPIES = 10
"""How many times the 2,000 examples the large directory has; 100 makes it 200,000."""


def milliseconds(work) -> float:
    start = time.perf_counter()
    work()
    return (time.perf_counter() - start) * 1000


def speeds(session) -> tuple[float, float]:
    """Median and 95th percentile of a search, warm, in milliseconds."""
    for query in QUERIES:
        search.search(session, query)
    measured = [
        milliseconds(lambda q=query: search.search(session, q)) for _round in range(8) for query in QUERIES
    ]
    return statistics.median(measured), statistics.quantiles(measured, n=20)[-1]


@pytest.mark.timeout(3000)
@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_search_takes_longer_more_slowly_than_the_directory_grows(runtime, capsys):
    """The same texts under other addresses: so every word becomes as much more common."""
    contents = list(examples())
    figures = []
    with runtime.database.session() as session:
        for copy in range(COPIES):
            add(
                session, *({**each, "id": f"https://h.example/{copy}/{n}"} for n, each in enumerate(contents))
            )
            session.commit()
            session.expunge_all()
            if copy in {0, COPIES - 1}:
                figures.append((speeds(session), milliseconds(lambda: search.search(session, "xyzzyq"))))
    (small, few), (large, many) = figures
    with capsys.disabled():
        print(
            f"\n{COPIES * len(contents):,} entries: search p50 {large[0]:.0f} ms, p95 {large[1]:.0f} ms, "
            f"of nothing {many:.1f} ms (2,000 entries: {small[0]:.1f}, {small[1]:.1f}, {few:.1f})"
        )
    assert large[0] / small[0] < COPIES
    assert large[1] / small[1] < COPIES
    assert many / few < COPIES / 2  # what is rare is found without reading the rest


def test_two_thousand_are_indexed_and_found(runtime, capsys):
    contents = list(examples())
    with runtime.database.session() as session:
        few = milliseconds(lambda: add(session, *contents[:200]))
        session.commit()
        small = speeds(session)
        many = milliseconds(lambda: add(session, *contents[200:], first=200))
        session.commit()
        large = speeds(session)
        drawn = milliseconds(lambda: draw_map(session, Selection(kinds=("entry",))))
    with capsys.disabled():
        print(
            f"\n{runtime.database.engine.dialect.name}: 2,000 entries in {(few + many) / 1000:.1f} s; "
            f"search p50 {large[0]:.1f} ms, p95 {large[1]:.1f} ms "
            f"(200 entries: {small[0]:.1f}, {small[1]:.1f}); map {drawn:.0f} ms"
        )
    assert many / few < 9 * 2.5  # nine times as many: indexing does not slow down as the corpus grows
    assert large[0] / small[0] < 10  # ten times as many: a search grows more slowly than the corpus
