"""The life of an import: one step after another, whoever else is at it, and forgotten in the end."""

from __future__ import annotations

from datetime import timedelta
from functools import partial

import pytest

from federation.database import now
from node.imports import jobs, service
from node.imports.jobs import KEPT_FOR, forget_old, sweep
from node.imports.models import ImportRow, ImportRun
from schemas.errors import Conflict, InvalidInput, NotFound
from tests.node.imports.lists import ROWS, carried_out, compared, csv_of, run_jobs

pytestmark = pytest.mark.usefixtures("hub")


def uploaded(session, source="Lijst"):
    """A list that was read, of which nobody said what its columns mean."""
    run = service.begin(session, csv_of(ROWS), file_name="a.csv", source_name=source, by="Ans")
    session.commit()
    return run


def compare(session, run):
    """Say what the columns mean, as they were guessed."""
    service.map_columns(session, run, run.mapping, publish_contact=False, review=False)
    session.commit()


def grown_old(session, *runs):
    """These lists, longer ago than a list is kept, after the sweep."""
    for run in runs:
        run.at = now() - KEPT_FOR - timedelta(hours=1)
    session.commit()
    forget_old(session)
    session.commit()
    session.expire_all()


def test_a_list_that_was_never_carried_out_is_gone_after_a_while(session, settings):
    mapping, checked, fresh = uploaded(session), compared(session, settings, csv_of(ROWS)), uploaded(session)
    checking = uploaded(session)
    compare(session, checking)
    grown_old(session, mapping, checked, checking)
    assert session.query(ImportRun).all() == [fresh]
    assert {row.run_id for row in session.query(ImportRow)} == {fresh.id}
    assert all(row.cells for row in session.query(ImportRow))


def test_of_a_list_that_was_carried_out_nothing_stays_that_names_people(session, settings):
    wrong = [*ROWS[0][:-1], "jan@esbeek.example of piet@esbeek.example"]
    run = carried_out(session, settings, csv_of([wrong, *ROWS[1:]]), publish_contact=True)
    assert "jan@" in str([row.remarks for row in session.query(ImportRow)])
    grown_old(session, run)
    rows = session.query(ImportRow).all()
    assert [(row.state, row.cells, row.private_contact, row.remarks) for row in rows] == [
        ("done", [], {}, [])
    ] * 3
    forgotten_at = run.forgotten_at
    grown_old(session, run)
    assert run.forgotten_at == forgotten_at is not None


def test_an_import_that_cannot_go_on_holds_up_no_other(session, settings):
    broken, good = uploaded(session), uploaded(session, "Elders")
    for run in (broken, good):
        compare(session, run)
    session.query(ImportRow).filter_by(run_id=broken.id).update({"cells": []})
    session.commit()
    with pytest.raises(ValueError, match="zip"):
        jobs.work(str(broken.id))
    jobs.work(str(good.id))
    session.expire_all()
    assert (broken.state, good.state) == ("checking", "checked")


def test_the_sweep_wakes_a_job_for_each_import_that_has_work(session, runtime):
    runs = [uploaded(session), uploaded(session, "Elders"), uploaded(session, "Niet")]
    for run in runs[:2]:
        compare(session, run)
    runtime.queue.redis.flushdb()
    sweep()
    woken = {key.decode() for key in runtime.queue.redis.keys("omzien:wake:*")}
    assert woken == {f"omzien:wake:{service.JOB}:{run.id}" for run in runs[:2]}


def test_of_two_coordinators_the_second_is_told(session, settings, runtime):
    run = compared(session, settings, csv_of(ROWS))
    with runtime.database.session() as other:
        seen = service.get_run(other, run.id)  # the page of the second still says: carry this out
        other.commit()
        compare(session, run)
        with pytest.raises(Conflict):
            service.start(other, seen, by="Bo")
        other.rollback()
    run_jobs()
    session.expire_all()
    assert (run.state, service.count_groups(session, run)["create"]) == ("checked", 3)


@pytest.mark.parametrize(
    "step",
    [partial(service.start, by="Bo"), partial(service.undo, by="Bo"), service.discard, compare],
    ids=["start", "undo", "discard", "compare"],
)
def test_no_step_is_taken_with_a_list_that_somebody_threw_away(session, runtime, step):
    run = uploaded(session)
    with runtime.database.session() as other:
        seen = service.get_run(other, run.id)
        other.commit()
        service.discard(session, run)
        session.commit()
        with pytest.raises(NotFound):
            step(other, seen)


def test_nobody_waits_for_the_database_while_a_file_is_read(session):
    service.list_runs(session)
    assert session.in_transaction()
    with pytest.raises(InvalidInput):
        service.begin(session, b"Naam", file_name="a.csv", source_name="Lijst", by="Ans")
    assert not session.in_transaction()
