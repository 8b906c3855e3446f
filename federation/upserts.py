"""Writing a row that may already be there, in one statement, on SQLite and PostgreSQL.

Two requests may learn the same thing at the same moment; neither may fail for it.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from federation.database import Base


def insert_if_new(session: Session, model: type[Base], values: dict[str, Any]) -> bool:
    """Insert a row unless a unique value of it is taken. True when it is new."""
    statement = insert_statement(session, model).values(values).on_conflict_do_nothing()
    # asked to return its key, because drivers do not agree on how to count a row that was not inserted
    return session.execute(statement.returning(*model.__table__.primary_key)).first() is not None


def insert_or_update(session: Session, model: type[Base], key: str, values: dict[str, Any]) -> None:
    """Insert a row, or give the one with the same ``key`` these values."""
    changed = {name: value for name, value in values.items() if name != key}
    statement = insert_statement(session, model).values(values)
    session.execute(statement.on_conflict_do_update(index_elements=[key], set_=changed))


def insert_or_update_many(
    session: Session, model: type[Base], key: str, rows: Sequence[dict[str, Any]]
) -> None:
    """Insert rows with the same fields, or give those with the same ``key`` these values."""
    if not rows:
        return
    statement = insert_statement(session, model)
    changed = {name: statement.excluded[name] for name in rows[0] if name != key}
    upsert = statement.on_conflict_do_update(index_elements=[key], set_=changed)
    session.connection().execute(upsert, list(rows))


def insert_statement(session: Session, model: type[Base]) -> Any:
    """The dialect's own insert: it alone knows ON CONFLICT."""
    is_postgresql = session.get_bind().dialect.name == "postgresql"
    return postgresql.insert(model) if is_postgresql else sqlite.insert(model)
