"""`omzien reconcile`: compare with each hub what it lists and what this node has, now."""

from __future__ import annotations

from argparse import Namespace

import node.models  # noqa: F401
from deploy.words import say
from directory.relaying.reconcile import reconcile
from federation.database import Database
from federation.relations.follows import joined_hubs
from federation.runtime import build_runtime
from federation.settings import Settings
from schemas.errors import RemoteError
from schemas.messages import N_


def run(_arguments: Namespace, settings: Settings) -> int:
    """Compare with all hubs; status 1 when one of them could not be compared with."""
    runtime = build_runtime(settings)
    try:
        with runtime.database.session(write=False) as session:
            hubs = [hub.uri for hub in joined_hubs(session)]
        if not hubs:
            say(N_("This node has joined no hub."))
        results = [_compare(runtime.database, settings, hub_uri) for hub_uri in hubs]
    finally:
        runtime.close()
    return 0 if all(results) else 1


def _compare(database: Database, settings: Settings, hub_uri: str) -> bool:
    try:
        row = reconcile(database, settings, hub_uri)
    except RemoteError as error:
        say(N_("%(hub)s cannot be compared with now: %(reason)s"), hub=hub_uri, reason=str(error))
        return False
    text = N_(
        "%(hub)s lists %(listed)s records: %(different)s were missing or old, "
        "%(mended)s of these are here now, %(unlisted)s it no longer lists."
    )
    figures = {"listed": row.listed, "different": row.different, "mended": row.mended}
    say(text, hub=hub_uri, unlisted=row.unlisted, **figures)
    if row.finished_at is None or row.started_at is not None:
        say(N_("It goes on by itself in a minute: there is more to compare."))
    return True
