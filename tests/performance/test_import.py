"""What an import of 2,000 messy rows costs, beside the publishing of as many entries alone."""

from __future__ import annotations

import time

import pytest

from directory.replica.entries import Entry
from directory.replica.publishing import publish_records
from federation.actors.identities import create_identity, get_identity
from node.imports import service
from tests.node.imports.lists import csv_of, work
from tests.performance.messy_list import HEAD, messy_rows
from tests.records import entry

pytestmark = pytest.mark.performance
ROWS = 2000


@pytest.fixture
def hub(session, settings):
    """A hub."""
    for role in ("server", "hub"):
        create_identity(
            session, settings, role=role, username=role, name="Land", base_url="http://127.0.0.1:8123"
        )
    session.commit()
    return get_identity(session, "hub")


def timed(work):
    """Seconds of this process."""
    start = time.process_time()
    work()
    return time.process_time() - start


def test_2000_rows_cost_little_more_than_publishing_them(session, settings, hub):
    publishing = timed(
        lambda: publish_records(
            session, settings, hub, [entry(f"Samen Austerlitz {at}") for at in range(ROWS)]
        )
    )
    session.rollback()
    hub = get_identity(session, "hub")
    content = csv_of(messy_rows(ROWS), HEAD)
    runs = []
    reading = timed(
        lambda: runs.append(service.begin(session, content, file_name="a.csv", source_name="Lijst", by="Ans"))
    )
    run = runs[0]
    service.map_columns(session, run, run.mapping, publish_contact=False, review=False)
    session.commit()
    comparing = timed(lambda: work(session, settings))
    counts = service.count_groups(session, run)
    service.start(session, run, by="Ans")
    session.commit()
    carrying_out = timed(lambda: work(session, settings))
    session.commit()
    again = service.begin(session, content, file_name="b.csv", source_name="Lijst", by="Ans")
    service.map_columns(session, again, again.mapping, publish_contact=False, review=False)
    comparing_again = timed(lambda: work(session, settings))
    print(
        f"\n{ROWS} rows: read {reading:.2f} s, compared {comparing:.2f} s, carried out {carrying_out:.2f} s "
        f"(publishing alone {publishing:.2f} s), compared again {comparing_again:.2f} s; {counts}"
    )
    assert counts["create"] + counts["bad"] == ROWS
    assert counts["bad"] < ROWS / 8
    assert session.query(Entry).count() == counts["create"]
    assert service.count_groups(session, again)["same"] == counts["create"]
    assert carrying_out < 3 * publishing
    assert reading + comparing < 2 * publishing
