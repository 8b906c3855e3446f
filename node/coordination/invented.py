"""Invented initiatives: they count only where there is nothing else, and it is said then.

The same rule as that of the national figures (`directory.national.parts.gather`).
"""

from __future__ import annotations

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from directory.replica.entries import Entry


def is_all_invented(session: Session) -> bool:
    """Whether the directory has invented initiatives and no other."""
    kinds = session.scalars(select(Entry.is_example).distinct()).all()
    return bool(kinds) and all(kinds)


def counted(session: Session) -> ColumnElement[bool]:
    """Which entries count."""
    return Entry.is_example.is_(is_all_invented(session))
