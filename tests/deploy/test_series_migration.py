"""What was planned before there were rules goes on, with what was announced of it."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from deploy import migrate
from federation.database import make_engine
from tests.databases import bare_postgres_database


@pytest.fixture(params=["sqlite", "postgresql"])
def engine(request, tmp_path):
    if request.param == "sqlite":
        made = make_engine(f"sqlite:///{tmp_path / 'old.sqlite3'}")
        yield made
        made.dispose()
        return
    with bare_postgres_database(request.getfixturevalue("postgres_url")) as url:
        made = make_engine(url)
        yield made
        made.dispose()


def test_every_so_many_weeks_becomes_a_rule_and_nothing_is_lost(engine):
    migrate.apply(engine, "0004")
    days = {1: ("2026-01-08", 2), 2: ("2026-01-05", 1), 3: ("2026-01-17", 0), 4: (None, 0)}
    with engine.execution_options(omzien_write=True).begin() as connection:
        for number, (day, weeks) in days.items():
            connection.execute(
                text(
                    "INSERT INTO gathering (id, name, summary, when_text, place, for_whom, first_on,"
                    " every_weeks, at_time, example_data)"
                    " VALUES (:id, :name, '', '', '', '', :day, :weeks, '', false)"
                ),
                {"id": number, "name": f"Nummer {number}", "day": day, "weeks": weeks},
            )
        connection.execute(
            text(
                "INSERT INTO gathering_occurrence (gathering_id, happens_on, is_cancelled, object_uri)"
                " VALUES (1, '2026-01-22', true, 'https://dorp.example/1')"
            )
        )
    migrate.apply(engine)
    with engine.connect() as connection:
        rows = connection.execute(
            text("SELECT id, rrule, first_on, started_on FROM gathering ORDER BY id")
        ).all()
        kept = connection.execute(text("SELECT gathering_id, object_uri FROM gathering_occurrence")).all()
    assert [row[1] for row in rows] == ["FREQ=WEEKLY;INTERVAL=2;BYDAY=TH", "FREQ=WEEKLY;BYDAY=MO", "", ""]
    assert [str(row[2] or "") for row in rows] == [day or "" for day, _weeks in days.values()]
    assert [row[2] for row in rows] == [row[3] for row in rows]
    assert [tuple(row) for row in kept] == [(1, "https://dorp.example/1")]
