"""`omzien reindex`: make anew what is derived from the records: guide, search, formats, figures."""

from __future__ import annotations

from argparse import Namespace

import node.models  # noqa: F401
from deploy.words import say
from directory.search.reindex import rebuild
from federation.runtime import build_runtime
from federation.settings import Settings
from schemas.messages import N_

_EVERY = 4000  # records between two lines of progress; rebuild tells after each 400


def run(_arguments: Namespace, settings: Settings) -> int:
    """Empty the index and fill it again, all of it or nothing; others wait with writing meanwhile."""
    runtime = build_runtime(settings)
    try:
        with runtime.database.session() as session:
            total = rebuild(session, _tell)
            session.commit()
    finally:
        runtime.close()
    say(N_("%(done)s of %(total)s records"), done=total, total=total)
    return 0


def _tell(done: int, total: int) -> None:
    if done % _EVERY == 0:
        say(N_("%(done)s of %(total)s records"), done=done, total=total)
