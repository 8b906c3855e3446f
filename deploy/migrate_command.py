"""`omzien migrate`: bring the database up to date."""

from __future__ import annotations

from argparse import Namespace

from deploy import data_folder
from deploy.migrate import upgrade
from deploy.words import say
from federation.settings import Settings
from schemas.messages import N_


def run(_arguments: Namespace, settings: Settings) -> int:
    """Migrate, and say whether there was anything to do."""
    data_folder.prepare(settings)
    data_folder.ensure_secret_key(settings)
    changed = upgrade(settings)
    say(N_("The database is up to date.") if changed else N_("The database was up to date already."))
    return 0
