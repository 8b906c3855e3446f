"""The one-time code that opens the set-up wizard, for whoever sees this terminal or the data folder."""

from __future__ import annotations

import secrets
from pathlib import Path

from sqlalchemy import inspect, text

from deploy.data_folder import write_secret
from federation.database import make_engine
from federation.settings import Settings

LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"  # none that look alike


def code_file(settings: Settings) -> Path:
    """Where the code is kept until the set-up is done."""
    return settings.secrets_dir / "setup_code"


def ensure(settings: Settings) -> None:
    """Make the code of a node that is not set up; a code that is there stays."""
    if not code_file(settings).exists() and not is_set_up(settings):
        write_secret(code_file(settings), new_code())


def new_code() -> str:
    """Ten letters in two groups: 49 bits, easy to type over."""
    return "-".join("".join(secrets.choice(LETTERS) for _ in range(5)) for _ in range(2))


def is_set_up(settings: Settings) -> bool:
    """True when the database has a community."""
    engine = make_engine(settings.resolved_database_url)
    try:
        with engine.connect() as connection:
            if not inspect(connection).has_table("community"):
                return False
            return connection.execute(text("SELECT 1 FROM community LIMIT 1")).first() is not None
    finally:
        engine.dispose()
