"""Where tokens are stored and matched: FTS5 on SQLite, ``tsvector`` with GIN on PostgreSQL.

Neither can be said in SQLAlchemy's metadata, so `create` makes them: after ``create_all`` makes
the table they belong to, and from the migration that makes that table.
"""

from __future__ import annotations

from array import array
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from pyroaring import BitMap
from sqlalchemy import Connection, Table, TextClause, event, text
from sqlalchemy.orm import Session

from directory.search.queries import Alternative

TABLE = "search_token"
"""The table's name; SQLite keeps its parts in tables whose names begin with it."""

_CREATE = {
    "sqlite": [
        f"CREATE VIRTUAL TABLE {TABLE} USING fts5(title, body, place, tokenize='ascii', detail='column')"
    ],
    "postgresql": [
        # two columns rather than weights: a GIN index knows no weights and would read every text again
        f"CREATE TABLE {TABLE} (rowid bigint PRIMARY KEY, "
        "title tsvector NOT NULL, anywhere tsvector NOT NULL)",
        f"CREATE INDEX ix_{TABLE}_title ON {TABLE} USING gin (title)",
        f"CREATE INDEX ix_{TABLE}_anywhere ON {TABLE} USING gin (anywhere)",
    ],
}
_INSERT = {
    "sqlite": "INSERT INTO search_token (rowid, title, body, place) VALUES (:id, :title, :body, :place)",
    "postgresql": "INSERT INTO search_token (rowid, title, anywhere) "
    "VALUES (:id, CAST(:title AS tsvector), CAST(:anywhere AS tsvector))",
}
_SORT_IN = text(
    f"SELECT gin_clean_pending_list('ix_{TABLE}_title'), gin_clean_pending_list('ix_{TABLE}_anywhere')"
)
"""A GIN index keeps what is new unsorted, up to 4 MB, and every search reads all of that: two thirds of its
time with 2,000 documents, until PostgreSQL tidies up by itself."""


@dataclass(frozen=True)
class Fields:
    """The tokens of one document."""

    title: list[str]
    body: list[str]
    place: list[str]


@dataclass(frozen=True)
class Condition:
    """What must be met, in the title or anywhere."""

    alternatives: tuple[Alternative, ...]
    title_only: bool


def create(connection: Connection) -> None:
    """Make the store of tokens. Called by the migration, and by ``create_all`` in tests."""
    for statement in _CREATE[connection.dialect.name]:
        connection.execute(text(statement))


def drop(connection: Connection) -> None:
    """Remove the store of tokens, when there is one."""
    connection.execute(text(f"DROP TABLE IF EXISTS {TABLE}"))


def attach_to(table: Any) -> None:
    """Make and drop the store together with ``table``."""
    assert isinstance(table, Table)  # noqa: S101  # for the type checker: a mapped class says FromClause
    event.listen(table, "after_create", lambda _table, connection, **_options: create(connection))
    event.listen(table, "before_drop", lambda _table, connection, **_options: drop(connection))


def store(session: Session, documents: Mapping[int, Fields]) -> None:
    """Add the tokens of documents, by their id."""
    dialect = session.get_bind().dialect.name
    row_of = _sqlite_row if dialect == "sqlite" else _postgresql_row
    rows = [row_of(document_id, fields) for document_id, fields in documents.items()]
    session.execute(text(_INSERT[dialect]), rows)
    if dialect == "postgresql":
        session.execute(_SORT_IN)


def forget(session: Session, ids: list[int]) -> None:
    """Remove the tokens of these documents."""
    session.execute(text(f"DELETE FROM {TABLE} WHERE rowid = :id"), [{"id": each} for each in ids])  # noqa: S608


def clear(session: Session) -> None:
    """Remove all tokens."""
    session.execute(text(f"DELETE FROM {TABLE}"))  # noqa: S608  # fixed name


def matching(session: Session, asked: Sequence[Condition]) -> list[BitMap]:
    """For each condition the ids of the documents in which at least one of its alternatives is met."""
    if not asked:
        return []
    if session.get_bind().dialect.name == "sqlite":
        rows = session.execute(_on_sqlite(asked)).all()
        return [BitMap(array("I", map(int, ids.split(",")))) if ids else BitMap() for _n, ids in sorted(rows)]
    # its planner thinks that reading every token costs less than asking the index, which takes a tenth
    session.execute(text("SET LOCAL enable_seqscan = off"))
    rows = session.execute(_on_postgresql(asked)).all()
    session.execute(text("SET LOCAL enable_seqscan TO DEFAULT"))
    return [BitMap(ids or ()) for _n, ids in sorted(rows)]


def _on_sqlite(asked: Sequence[Condition]) -> TextClause:
    parts = [
        f"SELECT {n}, (SELECT group_concat(rowid) FROM {TABLE} WHERE {TABLE} MATCH :c{n})"  # noqa: S608  # fixed
        for n in range(len(asked))
    ]
    values = {f"c{n}": _fts5_expression(each) for n, each in enumerate(asked)}
    return text(" UNION ALL ".join(parts)).bindparams(**values)


def _on_postgresql(asked: Sequence[Condition]) -> TextClause:
    parts = [
        f"SELECT {n}, (SELECT array_agg(rowid) FROM {TABLE} "  # noqa: S608  # fixed names
        f"WHERE {'title' if each.title_only else 'anywhere'} @@ CAST(:c{n} AS tsquery))"
        for n, each in enumerate(asked)
    ]
    values = {f"c{n}": _tsquery(each.alternatives) for n, each in enumerate(asked)}
    return text(" UNION ALL ".join(parts)).bindparams(**values)


def _sqlite_row(document_id: int, fields: Fields) -> dict[str, Any]:
    return {
        "id": document_id,
        "title": " ".join(fields.title),
        "body": " ".join(fields.body),
        "place": " ".join(fields.place),
    }


def _postgresql_row(document_id: int, fields: Fields) -> dict[str, Any]:
    anywhere = {*fields.title, *fields.body, *fields.place}
    return {"id": document_id, "title": _lexemes(fields.title), "anywhere": _lexemes(sorted(anywhere))}


def _lexemes(found: list[str]) -> str:
    return " ".join(f"'{token}'" for token in found)


def _fts5_expression(asked: Condition) -> str:
    expression = " OR ".join(_every(each, '"{}"', " OR ", " AND ") for each in asked.alternatives)
    return f"{{title}} : ({expression})" if asked.title_only else expression


def _tsquery(alternatives: tuple[Alternative, ...]) -> str:
    return " | ".join(_every(each, "'{}'", " | ", " & ") for each in alternatives)


def _every(alternative: Alternative, quoted: str, either: str, both: str) -> str:
    """All groups of an alternative, of each at least one token. Tokens hold letters and digits only."""
    groups = ("(" + either.join(quoted.format(token) for token in group) + ")" for group in alternative)
    return "(" + both.join(groups) + ")"
