"""The map and the exports of 2,000 initiatives: how long they take against 200, and how much is sent."""

from __future__ import annotations

import gc
import gzip
import re
import time
import tracemalloc
from pathlib import Path

import pytest

from directory.examples.data import examples
from directory.exports.geojson import stream_geojson
from directory.exports.hsds import stream_hsds
from directory.exports.linked_data import stream_linked_data
from directory.exports.reading import Publisher
from directory.exports.spreadsheet import stream_xlsx
from directory.exports.tables import stream_csv
from directory.geography.map import draw_map
from directory.geography.map_places import spots_of
from directory.search.service import Selection
from federation.database import now
from tests.directory.organisations import add

pytestmark = pytest.mark.performance

ALL = Selection(kinds=("entry",))
STATIC = Path(__file__).parents[2] / "node" / "static"
MOST_OF_THE_MAP = 120_000  # bytes, compressed
MOST_OF_A_LIST = 50_000


def work(session) -> dict[str, object]:
    """Everything that is measured, by name."""
    by = Publisher("Netwerk", "https://hub.example", "nl", now())
    return {
        "map of the country": lambda: draw_map(session, ALL),
        "map of a province": lambda: draw_map(session, Selection(kinds=("entry",), province="NL-NB")),
        "places for the live map": lambda: spots_of(session, ALL),
        "CSV": lambda: sum(map(len, stream_csv(session, ALL))),
        "XLSX": lambda: sum(map(len, stream_xlsx(session, ALL))),
        "GeoJSON": lambda: sum(map(len, stream_geojson(session, ALL, by))),
        "JSON-LD": lambda: sum(map(len, stream_linked_data(session, ALL, by))),
        "HSDS": lambda: sum(map(len, stream_hsds(session, ALL, by))),
    }


def milliseconds(doing) -> float:
    """The best of five, in time of this process: others may be busy beside it.

    As in a node that runs, the collector leaves alone what was there before.
    """
    found = []
    gc.collect()
    gc.freeze()
    for _round in range(5):
        start = time.process_time()
        doing()
        found.append((time.process_time() - start) * 1000)
    gc.unfreeze()
    return min(found)


def test_time_grows_no_faster_than_the_directory(runtime, capsys):
    contents = list(examples())
    with runtime.database.session() as session:
        add(session, *contents[:200])
        session.commit()
        few = {name: milliseconds(doing) for name, doing in work(session).items()}
        add(session, *contents[200:], first=200)
        session.commit()
        many = {name: milliseconds(doing) for name, doing in work(session).items()}
    with capsys.disabled():
        print(f"\n{runtime.database.engine.dialect.name}, 2,000 entries (200), processor time, best of five:")
        for name, taken in many.items():
            print(f"  {name:24} {taken:7.0f} ms ({few[name]:.0f})")
    assert [name for name in many if many[name] / few[name] > 10 * 1.6] == []


def test_a_large_export_needs_no_more_memory_than_a_small_one(runtime):
    with runtime.database.session() as session:
        add(session, *examples(1000))
        session.commit()
        session.expunge_all()
        peaks = [_peak(session, Selection(kinds=("entry",), province="NL-UT")), _peak(session, ALL)]
    assert peaks[1] < peaks[0] * 8  # seventeen times as many rows; a batch of 500 is what is held


def _peak(session, selection) -> int:
    tracemalloc.start()
    for _piece in stream_csv(session, selection):
        pass
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    return peak


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_pages_stay_light(runtime, client, village, capsys):
    with runtime.database.session() as session:
        add(session, *examples())
        session.commit()
    page = client.get("/kaart").get_data()
    drawn = _compressed(page) + sum(_compressed(file.read_bytes()) for file in _files(page.decode()))
    live = [*sorted((STATIC / "vendor" / "leaflet").iterdir())]
    moving = sum(_compressed(file.read_bytes()) for file in live)
    moving += _compressed(client.get("/api/v1/map/places").get_data())
    found = client.get("/gids?q=samen+eten").get_data()
    with capsys.disabled():
        print(f"\nmap: page {len(page):,} bytes, {_compressed(page):,} compressed; with styles, letters")
        print(f"scripts and outlines {drawn:,}; pressing for the map that moves {moving:,} more.")
        print(f"a page of results {len(found):,} bytes, {_compressed(found):,} compressed")
    assert drawn < MOST_OF_THE_MAP
    assert len(re.sub(rb"<svg.*?</svg>", b"", found, flags=re.DOTALL)) < MOST_OF_A_LIST  # without pictures


def _files(page: str) -> set[Path]:
    """The static files that a page asks for, and the letters that its styles do."""
    names = re.findall(r'(?:href|src)="/static/([^"?#]+)', page)
    letters = STATIC.glob("vendor/fonts/*-latin-[47]00-normal.woff2")
    return {STATIC / name for name in names} | set(letters)


def _compressed(data: bytes) -> int:
    return len(gzip.compress(data)) if not data.startswith(b"wOF2") else len(data)
