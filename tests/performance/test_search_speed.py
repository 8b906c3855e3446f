"""How fast initiatives are indexed and found: 200, 2,000 and 200,000, as ratios within one run."""

from __future__ import annotations

import statistics
import time
import urllib.parse
import urllib.request
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import text

from directory.examples.data import examples
from directory.geography.map import draw_map
from directory.geography.places import resolve_place
from directory.search import service as search
from directory.search.reindex import rebuild
from directory.search.service import Near, Selection, search_selection
from tests.directory.organisations import add
from tests.journeys.nodes import free_port
from tests.performance.inbox_servers import web_server
from tests.performance.large_directory import BASE, fill, multiply

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
COPIES = 100
"""How many times 2,000 a large directory has."""
ROUNDS = 5
COUNTRY = Selection(kinds=("entry",))


Clock = Callable[[], float]
"""Seconds that passed, by any reckoning."""


def processor_time(session) -> Clock:
    """What this process and its connection's in the database server took; others may be busy beside them."""
    if session.get_bind().dialect.name == "sqlite":
        return time.process_time
    server = Path(f"/proc/{session.scalar(text('SELECT pg_backend_pid()'))}/schedstat")
    return lambda: time.process_time() + int(server.read_text().split()[0]) / 1e9


def milliseconds(work, clock: Clock = time.perf_counter) -> float:
    start = clock()
    work()
    return (clock() - start) * 1000


def best(work, clock: Clock) -> float:
    return min(milliseconds(work, clock) for _round in range(ROUNDS))


def speeds(ask, clock: Clock = time.perf_counter) -> tuple[float, float]:
    """Median and 95th percentile of all questions in milliseconds, of each the best round."""
    for query in QUERIES:
        ask(query)
    found = [best(lambda q=query: ask(q), clock) for query in QUERIES]
    return statistics.median(found), statistics.quantiles(found, n=20, method="inclusive")[-1]


def by_other_ways(session, clock: Clock) -> dict[str, float]:
    """What is asked beside words, in milliseconds."""
    zeist = resolve_place("Zeist")
    near = Selection(kinds=("entry",), near=Near(zeist.latitude, zeist.longitude))
    asked = {
        "of nothing": lambda: search.search(session, "xyzzyq"),
        "with two filters": lambda: search.search(session, "eettafel", province="NL-UT", theme="eating"),
        "nearest": lambda: search_selection(session, near, sort="distance"),
        "page 100 by name": lambda: search_selection(session, COUNTRY, sort="name", page=100),
        "map of the country": lambda: draw_map(session, COUNTRY),
        "map of a province": lambda: draw_map(session, Selection(kinds=("entry",), province="NL-NB")),
    }
    return {name: best(work, clock) for name, work in asked.items()}


def measured(session) -> dict[str, float]:
    """Everything."""
    clock = processor_time(session)
    p50, p95 = speeds(lambda query: search.search(session, query), clock)
    found = {"search p50": p50, "search p95": p95, **by_other_ways(session, clock)}
    session.commit()  # lets go of the lock
    return found


@pytest.mark.timeout(900)
def test_searching_200000_takes_far_less_than_100_times_searching_2000(runtime, settings, village, capsys):
    """In process and from the web server as it runs; of that the time that passed."""
    served = replace(settings, port=free_port(), web_workers=2, log_level="ERROR")
    with runtime.database.session() as session:
        fill(session)
        few = {**measured(session), **over_http(served)}
        took = milliseconds(lambda: multiply(session, COPIES)) / 1000
        many = {**measured(session), **over_http(served)}
    with capsys.disabled():
        print(f"\n{runtime.database.engine.dialect.name}: {BASE * COPIES:,} entries, copied in {took:.0f} s")
        for name, taken in many.items():
            print(f"  {name:22} {few[name]:7.1f} ms, {taken:7.1f} ms: {taken / few[name]:4.0f} times")
    assert [name for name in many if many[name] / few[name] > 0.6 * COPIES] == []
    assert many["of nothing"] / few["of nothing"] < 0.1 * COPIES  # what is rare costs what it is
    assert many["map of the country"] / few["map of the country"] < 0.1 * COPIES


def over_http(settings) -> dict[str, float]:
    """The list of results as a page and for programs."""
    found = {}
    with web_server(settings) as address:
        for path in ("/gids", "/api/v1/entries"):
            asked = f"{address}{path}?q="
            p50, p95 = speeds(lambda query, asked=asked: get(asked + urllib.parse.quote(query)))
            found |= {f"{path} p50": p50, f"{path} p95": p95}
    return found


def get(url: str) -> bytes:
    with urllib.request.urlopen(url, timeout=60) as answer:
        return answer.read()


def test_indexing_does_not_slow_down_as_the_directory_grows(runtime, capsys):
    contents = list(examples())
    with runtime.database.session() as session:
        clock = processor_time(session)
        few = milliseconds(lambda: add(session, *contents[:200]), clock)
        few_anew = milliseconds(lambda: rebuild(session), clock)
        many = milliseconds(lambda: add(session, *contents[200:], first=200), clock)
        many_anew = milliseconds(lambda: rebuild(session), clock)
    with capsys.disabled():
        print(f"\n{runtime.database.engine.dialect.name}: 2,000 entries are indexed", end=" ")
        print(f"in {(few + many) / 1000:.1f} s of processor time, anew in {many_anew / 1000:.1f} s")
    assert many / few < 9 * 2.5  # nine times as many
    assert many_anew / few_anew < 10 * 2
