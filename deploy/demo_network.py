"""The demo's network: Austerlitz joins the hub as any village would, and we see when all know the same."""

from __future__ import annotations

import hashlib
import sqlite3
import time
from contextlib import closing
from functools import partial

from deploy.demo_nodes import DemoNode, open_runtime
from deploy.refusals import Refused
from deploy.up import run_apart
from deploy.words import say
from federation.actors.identities import get_identity
from federation.relations.follows import joined_hubs, pending_requests
from node.network.service import accept_request, join_hub
from schemas.messages import N_

PATIENCE = 30.0  # seconds for a request to arrive


def join(nodes: list[DemoNode]) -> None:
    """Let Austerlitz join the hub, unless it did before; each side decides in a process of its own."""
    hub, village, _newcomer = nodes
    if run_apart(partial(_ask, village, hub)) or run_apart(partial(_accept, hub)):
        raise Refused(N_("%(name)s could not join the hub; the reason is above."), name=village.name)


def _ask(village: DemoNode, hub: DemoNode) -> None:
    runtime = open_runtime(village)
    with runtime.database.session() as session:
        if not joined_hubs(session) and not _has_asked(village, hub):
            join_hub(session, village.settings, hub.url)
            session.commit()


def _has_asked(village: DemoNode, hub: DemoNode) -> bool:
    query = "SELECT count(*) FROM follow WHERE direction = 'out' AND remote_uri LIKE ?"
    return bool(_read(village, query, (f"{hub.url}/%",))[0][0])


def _accept(hub: DemoNode) -> None:
    """Wait for the request, unless somebody is a member already, and let it in."""
    runtime = open_runtime(hub)
    coordinator = hub.people[0].name
    deadline = time.monotonic() + PATIENCE
    with runtime.database.session() as session:
        while time.monotonic() < deadline:
            session.rollback()
            identity = get_identity(session, "hub")
            for follow in pending_requests(session, identity):
                accept_request(session, hub.settings, follow.id, by=coordinator)
                session.commit()
                return
            if _read(hub, "SELECT count(*) FROM follow WHERE direction = 'in' AND state = 'accepted'")[0][0]:
                return
            session.rollback()
            time.sleep(0.3)
    raise Refused(N_("No request to join came within %(seconds)s seconds."), seconds=int(PATIENCE))


class Convergence:
    """Says when a village that joined the hub holds exactly what the hub holds."""

    def __init__(self, nodes: list[DemoNode]) -> None:
        self.hub, *self.villages = nodes
        self._agreed: set[str] = set()
        self._started = time.monotonic()

    def look(self) -> None:
        """Compare the replicas, and say what is new."""
        count, theirs = replica(self.hub)
        for village in self.villages:
            if replica(village)[1] == theirs and village.key not in self._agreed:
                self._agreed.add(village.key)
                message = N_(
                    "The network agrees: %(name)s holds all %(count)s records of the hub (%(seconds).0f s)."
                )
                say(message, name=village.name, count=count, seconds=time.monotonic() - self._started)


def replica(node: DemoNode) -> tuple[int, str]:
    """How many records a node holds, and a digest of their addresses and versions."""
    rows = _read(node, "SELECT uri, updated_at, deleted_at IS NULL FROM record ORDER BY uri")
    return len(rows), hashlib.sha256(repr(rows).encode()).hexdigest()


def _read(node: DemoNode, query: str, values: tuple[str, ...] = ()) -> list[tuple[int, ...]]:
    """Look into a node's database, without being able to change it."""
    file = node.settings.data_dir / "omzien.sqlite3"
    with closing(sqlite3.connect(f"file:{file}?mode=ro", uri=True, timeout=10)) as connection:
        return list(connection.execute(query, values))
