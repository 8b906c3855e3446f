"""Lists as coordinators get them, and what a job does with them."""

from __future__ import annotations

import io

import xlsxwriter
from sqlalchemy import select
from sqlalchemy.orm import Session

from federation.runtime import job_session
from federation.settings import Settings
from node.imports import jobs, service
from node.imports.jobs import work_batch
from node.imports.models import BUSY, ImportRun

HEAD = ["ID", "Naam", "Plaats", "Gemeente", "Soort", "Thema's", "Vrijwilligers", "Website", "E-mail"]
ROWS = [
    ["1", "Noaberhulp Esbeek", "Esbeek", "Hilvarenbeek", "noaberzorgpunt", "samen eten; vervoer"],
    ["2", "Zorgcoöperatie Hoogeloon", "Hoogeloon", "Bladel", "zorgcooperatie", "wonen"],
    ["3", "Dorpshart Oudega", "Oudega", "Smallingerland", "zorgzaam dorp", "bewegen"],
]
_REST = [["ca. 30", "www.esbeek.example", "info@esbeek.example"], ["112", "", ""], ["geen", "", ""]]
ROWS = [[*row, *rest] for row, rest in zip(ROWS, _REST, strict=True)]


def csv_of(rows: list[list[str]], head: list[str] | None = None, sign: str = ";") -> bytes:
    """A list as CSV."""
    lines = [sign.join(f'"{cell}"' for cell in row) for row in [head or HEAD, *rows]]
    return "\n".join(lines).encode()


def xlsx_of(rows: list[list[object]], head: list[str] | None = None) -> bytes:
    """A list as a workbook."""
    file = io.BytesIO()
    with xlsxwriter.Workbook(file) as book:
        sheet = book.add_worksheet()
        for at, row in enumerate([head or HEAD, *rows]):
            sheet.write_row(at, 0, row)
    return file.getvalue()


def work(session: Session, settings: Settings) -> int:
    """Do what a worker does, until there is nothing more; how many batches that took."""
    batches = 0
    for run_id in busy(session):
        while work_batch(session, settings, run_id):
            session.commit()
            batches += 1
    session.commit()
    return batches


def busy(session: Session) -> list[int]:
    """The imports that a job has work for."""
    return list(session.scalars(select(ImportRun.id).where(ImportRun.state.in_(BUSY)).order_by(ImportRun.id)))


def run_jobs() -> None:
    """Do what the worker of the installed runtime does."""
    with job_session() as session:
        waiting = busy(session)
    for run_id in waiting:
        jobs.work(str(run_id))


def compared(
    session: Session,
    settings: Settings,
    content: bytes,
    source: str = "Lijst",
    name: str = "lijst.csv",
    **options: bool,
) -> ImportRun:
    """A list that was read and compared, with the meanings that were guessed."""
    run = service.begin(session, content, file_name=name, source_name=source, by="Ans")
    chosen = {"publish_contact": False, "review": False, **options}
    service.map_columns(session, run, run.mapping, **chosen)
    session.commit()
    work(session, settings)
    return run


def carried_out(session: Session, settings: Settings, content: bytes, **options: bool) -> ImportRun:
    """A list that was carried out."""
    run = compared(session, settings, content, **options)
    service.start(session, run, by="Ans")
    session.commit()
    work(session, settings)
    return run
