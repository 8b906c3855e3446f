"""`omzien new-migration MESSAGE`: write the migration from what the database is to what the models say."""

from __future__ import annotations

import re
import tempfile
from argparse import Namespace
from pathlib import Path

from alembic import command

from deploy import migrate
from deploy.words import say
from federation.database import make_engine
from federation.settings import Settings
from schemas.messages import N_


def run(arguments: Namespace, _settings: Settings) -> int:
    """Compare an empty database that has all migrations with the models, and write the difference."""
    number = f"{len(list((migrate.SCRIPTS / 'versions').glob('[0-9]*.py'))) + 1:04}"
    with tempfile.TemporaryDirectory() as folder:
        engine = make_engine(f"sqlite:///{Path(folder) / 'new.sqlite3'}")
        with engine.execution_options(omzien_write=True).begin() as connection:
            config = migrate.configuration(connection)
            if number != "0001":
                command.upgrade(config, "head")
            command.revision(config, arguments.message, autogenerate=True, rev_id=number)
        engine.dispose()
    say(N_("Read %(file)s before you commit it."), file=_file_of(number))
    return 0


def _file_of(number: str) -> str:
    found = [file for file in (migrate.SCRIPTS / "versions").iterdir() if re.match(number, file.name)]
    return str(found[0].relative_to(migrate.SCRIPTS.parent.parent))
