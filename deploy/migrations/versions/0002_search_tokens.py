"""Where search keeps its tokens: FTS5 on SQLite, tsvector with GIN on PostgreSQL.

Neither can be said in the metadata; a copy of what directory/search/tokens.py said when this was written.

Revision: 0002, after 0001
"""

from __future__ import annotations

from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None

CREATE = {
    "sqlite": [
        "CREATE VIRTUAL TABLE search_token USING fts5(title, body, place, tokenize='ascii', detail='column')"
    ],
    "postgresql": [
        "CREATE TABLE search_token (rowid bigint PRIMARY KEY, "
        "title tsvector NOT NULL, anywhere tsvector NOT NULL)",
        "CREATE INDEX ix_search_token_title ON search_token USING gin (title)",
        "CREATE INDEX ix_search_token_anywhere ON search_token USING gin (anywhere)",
    ],
}


def upgrade() -> None:
    for statement in CREATE[op.get_bind().dialect.name]:
        op.execute(statement)


def downgrade() -> None:
    op.execute("DROP TABLE search_token")
