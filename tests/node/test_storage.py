"""A full disk and an absent database: a clear answer, and nothing half-written."""

from __future__ import annotations

import sqlite3
from dataclasses import replace

import psycopg.errors
import pytest
from sqlalchemy import event, func, select
from sqlalchemy.exc import OperationalError

from federation.runtime import build_runtime
from federation.storage import storage_problem
from node.activity_templates.models import ActivityTemplate as Template
from node.app import create_app
from schemas.errors import NotReady, StorageFull
from tests.node.village_pages import Site, site

__all__ = ["site"]

LONG = {"key": "reason", "text": "x" * 7000}
FORM = {"name": "Samen wandelen", "section-reason": "x" * 7000, "section-goal": "y" * 7000, "action": "save"}


def fill_the_disk(site: Site) -> None:
    """New connections may not make the file larger than it is, or the log that precedes it."""
    engine = site.runtime.database.engine
    engine.dispose()

    @event.listens_for(engine, "connect")
    def _no_more_pages(connection, _record):
        pages = connection.execute("PRAGMA page_count").fetchone()[0]
        connection.execute(f"PRAGMA max_page_count = {pages}")


def number_of_templates(site: Site) -> int:
    with site.runtime.database.session(write=False) as session:
        return session.scalar(select(func.count()).select_from(Template)) or 0


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_full_disk_is_told_and_nothing_is_half_written(site):
    site.get("board", "/formats/nieuw")  # signed in while there was room
    fill_the_disk(site)
    answers = [site.post("board", "/formats/nieuw", FORM) for _attempt in range(3)]
    assert answers[-1].status_code == 507
    assert "De schijf van deze server is vol" in answers[-1].text
    assert number_of_templates(site) == sum(answer.status_code < 400 for answer in answers)
    assert site.get("", "/").status_code == 200  # reading goes on


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_program_reads_what_a_full_disk_means(site):
    headers = site.token("board", "write:templates")
    fill_the_disk(site)
    call = site.app.test_client()
    bodies = [{"name": f"Wandelen {at}", "sections": [LONG]} for at in range(3)]
    answers = [call.post("/api/v1/templates", json=body, headers=headers) for body in bodies]
    assert answers[-1].status_code == 507
    assert answers[-1].mimetype == "application/problem+json"
    assert answers[-1].headers["Retry-After"] == "60"


def test_an_absent_database_is_told_on_every_kind_of_page(site, settings, tmp_path):
    nowhere = {
        "sqlite": f"sqlite:///{tmp_path / 'no such folder' / 'omzien.sqlite3'}",
        "postgresql": f"postgresql+psycopg://postgres@/none?host={tmp_path}",
    }[site.runtime.database.engine.dialect.name]
    away = build_runtime(replace(settings, database_url=nowhere))
    client = create_app(away.settings, away).test_client()
    page = client.get("/ons-dorp", headers={"Accept-Language": "nl"})
    assert page.status_code == 503
    assert "De database antwoordt niet" in page.text
    assert client.get("/api/v1/templates").status_code == 503
    assert client.get("/healthz").status_code == 503
    away.close()


@pytest.mark.parametrize(
    ("original", "expected"),
    [
        (psycopg.errors.DiskFull("could not extend file"), StorageFull),
        (psycopg.errors.AdminShutdown("terminating connection"), NotReady),
        (psycopg.errors.CannotConnectNow("starting up"), NotReady),
        (psycopg.errors.ConnectionFailure("lost"), NotReady),
        (psycopg.OperationalError("connection refused"), NotReady),
        (psycopg.errors.UndefinedTable("a bug"), None),
        (psycopg.errors.SerializationFailure("a bug"), None),
    ],
)
def test_what_postgresql_says_is_understood(original, expected):
    problem = storage_problem(OperationalError("SELECT 1", {}, original))
    assert type(problem) is (expected or type(None))


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("SQLITE_FULL", StorageFull),
        ("SQLITE_BUSY_SNAPSHOT", NotReady),
        ("SQLITE_IOERR_FSYNC", NotReady),
        ("SQLITE_CANTOPEN", NotReady),
        ("SQLITE_READONLY_DBMOVED", NotReady),
        ("SQLITE_ERROR", None),
    ],
)
def test_what_sqlite_says_is_understood(name, expected):
    original = sqlite3.OperationalError("…")
    original.sqlite_errorname = name
    problem = storage_problem(OperationalError("SELECT 1", {}, original))
    assert type(problem) is (expected or type(None))
