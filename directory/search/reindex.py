"""Rebuild what is derived from the records: entries, templates, figures and the search index."""

from __future__ import annotations

from collections.abc import Callable

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from directory.replica.records import Record
from directory.replica.showing import show_records
from directory.search import facet_sets
from directory.search import index as search_index

BATCH = 400


def rebuild(session: Session, progress: Callable[[int, int], None] = lambda _done, _total: None) -> int:
    """Project every living record anew; returns how many. The caller commits, all of it or nothing."""
    search_index.clear(session)
    living = Record.deleted_at.is_(None)
    total = session.scalar(select(func.count()).select_from(Record).where(living)) or 0
    with facet_sets.built_once(session):
        return _show_all(session, total, progress)


def _show_all(session: Session, total: int, progress: Callable[[int, int], None]) -> int:
    living = Record.deleted_at.is_(None)
    done, after = 0, ""
    while batch := list(
        session.scalars(select(Record).where(living, Record.uri > after).order_by(Record.uri).limit(BATCH))
    ):
        show_records(session, batch)
        done, after = done + len(batch), batch[-1].uri
        progress(done, total)
        session.flush()
        session.expunge_all()  # however many there are
    return done
