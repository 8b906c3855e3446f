"""The week page of a village with 200 series and five years behind them, beside that of an empty village."""

from __future__ import annotations

import statistics
import time
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import insert

from federation.runtime import build_runtime
from node.app import create_app
from node.gatherings.models import Gathering, GatheringOccurrence
from node.gatherings.recurrence import days_of, read_rule
from node.gatherings.service import local_today
from tests.databases import postgres_database, sqlite_database
from tests.node.signing_in import set_up_village
from tests.node.village_pages import Site, site

pytestmark = pytest.mark.performance
__all__ = ["site"]

SERIES = 200
YEARS = 5
READINGS = 300
KINDS = ("FREQ=WEEKLY", "FREQ=WEEKLY", "FREQ=WEEKLY;INTERVAL=2", "FREQ=MONTHLY;BYDAY=-1FR", "FREQ=YEARLY")


@pytest.fixture
def empty_site(request, tmp_path, settings) -> Iterator[Site]:
    """A second village on the same kind of database, with nothing to do in it."""
    folder = tmp_path / "empty"
    folder.mkdir()
    with ExitStack() as stack:
        url = sqlite_database(folder)
        if settings.database_url.startswith("postgres"):
            url = stack.enter_context(postgres_database(request.getfixturevalue("postgres_url")))
        own = replace(settings, data_dir=folder, database_url=url)
        runtime = build_runtime(own)
        stack.callback(runtime.close)
        set_up_village(own, runtime)
        yield Site(create_app(own, runtime), runtime, own)


def test_the_week_of_a_busy_village_is_nearly_as_quick_as_an_empty_one(site, empty_site, capsys):
    with site.runtime.database.session(write=True) as session:
        rows = fill(session)
        session.commit()
    empty, busy = [], []
    for number in range(READINGS + 10):  # by turns, so that both have the same noise
        for times, read in ((empty, empty_site), (busy, site)):
            started = time.perf_counter()
            assert read.get("", "/").status_code == 200
            if number >= 10:  # the first compile the template and fill the caches
                times.append((time.perf_counter() - started) * 1000)
    shown = site.get("", "/").text.count('class="week-time"')
    assert 'class="week-time"' not in empty_site.get("", "/").text
    ratio = p95(busy) / p95(empty)
    with capsys.disabled():
        print(
            f"\n{SERIES} series, {rows} kept occurrences, {shown} in this week: p50 {median(busy):.1f} ms,"
            f" p95 {p95(busy):.1f} ms; empty: {median(empty):.1f} and {p95(empty):.1f}; ratio {ratio:.2f}"
        )
    assert shown > 50
    assert ratio < 1.5


def p95(times: list[float]) -> float:
    return statistics.quantiles(times, n=20)[-1]


def median(times: list[float]) -> float:
    return statistics.median(times)


def fill(session) -> int:
    """Series of all kinds that began five years ago, each past occurrence with a count."""
    today = local_today()
    first = today - timedelta(days=366 * YEARS)
    rows = []
    for number in range(SERIES):
        began = first + timedelta(days=number % 7)
        rule = read_rule(KINDS[number % len(KINDS)], began)
        values = {"name": f"Activiteit {number}", "summary": "Samen iets doen.", "place": "Dorpshuis"}
        values |= {
            "first_on": began,
            "rrule": rule,
            "at_time": f"{8 + number % 12:02}.30",
            "text": "Tekst. " * 50,
        }
        gathering = Gathering(
            **values, on_holidays=("go_on", "skip", "move")[number % 3], indicator="nl:diners"
        )
        session.add(gathering)
        session.flush()
        days = days_of(rule, began, began, today)
        rows += [
            {"gathering_id": gathering.id, "happens_on": day, "attendance": 20, "is_cancelled": False}
            for day in days
        ]
    session.execute(insert(GatheringOccurrence), rows)
    return len(rows)
