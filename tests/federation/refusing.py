"""A node that refuses: one database for many refusals, because none of them may leave a trace."""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from sqlalchemy import event, func, select
from sqlalchemy.orm import Session
from structlog.testing import capture_logs

from federation import runtime as runtime_module
from federation.actors.identities import create_identity
from federation.actors.keys import create_keys
from federation.actors.remote_actors import remember_actor
from federation.database import Base
from federation.receiving.gate import admit
from federation.relations.standing import set_rule
from federation.runtime import Runtime, build_runtime
from federation.settings import Settings
from federation.signatures.message import Message
from schemas.errors import AppError
from tests.databases import sqlite_database
from tests.federation.conftest import BASE
from tests.federation.remote import ALICE, actor_of, key_pair

BOB = "https://elders.example/actors/bob"
"""Alice's neighbour: on the same server, allowed too, with other keys."""
MALLORY = "https://bad.example/actors/mallory"
"""Suspended, and known with a key."""
STRANGER = "https://far.example/actors/stranger"
"""Known with a key, and nothing to do with us."""


@dataclass
class Cost:
    """What a refusal cost us."""

    statements: list[str] = field(default_factory=list)
    verifications: int = 0


@dataclass
class RefusingNode:
    """A village at BASE that knows Alice, Bob, a suspended actor and a stranger."""

    runtime: Runtime

    @property
    def settings(self) -> Settings:
        return self.runtime.settings

    def admit(self, found: Message) -> tuple[str, str]:
        """What became of a message: ('accepted' | 'known' | 'forgotten', '') or ('refused', its kind).

        An accepted one is undone.
        """
        with self.runtime.database.session() as session, capture_logs() as logs:
            try:
                return admit(session, self.settings, found), ""
            except AppError:
                kinds = [entry["kind"] for entry in logs if entry["event"] == "inbox.refused"]
                assert len(kinds) == 1, "a refusal is logged once"
                return "refused", kinds[0]

    def rows(self) -> dict[str, int]:
        """How many rows each table has."""
        with self.runtime.database.session(write=False) as session:
            return {
                name: session.scalar(select(func.count()).select_from(table)) or 0
                for name, table in Base.metadata.tables.items()
            }

    @contextmanager
    def counting(self) -> Iterator[Cost]:
        """Count statements and verified signatures, on the real parts."""
        cost = Cost()

        def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
            cost.statements.append(statement)

        def watch(_frame: Any, happening: str, called: Any) -> None:
            if happening == "c_call" and getattr(called, "__name__", "") == "verify":
                cost.verifications += 1

        engine = self.runtime.database.engine
        event.listen(engine, "before_cursor_execute", note)
        before = sys.getprofile()
        sys.setprofile(watch)
        try:
            yield cost
        finally:
            sys.setprofile(before)
            event.remove(engine, "before_cursor_execute", note)


@contextmanager
def refusing_node(folder: Path, redis_url: str) -> Iterator[RefusingNode]:
    """The node while the block runs, on SQLite."""
    settings = Settings(
        data_dir=folder,
        database_url=sqlite_database(folder),
        redis_url=redis_url,
        allow_loopback=True,
        secret_key="s" * 40,
    )
    built = build_runtime(settings)
    runtime_module.install(built)
    for username in ("server", "dorp"):
        create_keys(settings, username)
    with built.database.session() as session:
        _fill(session, settings)
        session.commit()
    try:
        yield RefusingNode(built)
    finally:
        built.close()
        shutil.rmtree(folder, ignore_errors=True)


def _fill(session: Session, settings: Settings) -> None:
    for role, username in (("server", "server"), ("cooperative", "dorp")):
        create_identity(session, settings, role=role, username=username, name="Dorp", base_url=BASE)
    for number, uri in enumerate((ALICE, BOB, MALLORY, STRANGER)):
        remember_actor(session, actor_of(uri, key_pair(number)))
    for uri in (ALICE, BOB):
        set_rule(session, uri, "allow", reason="", by="test")
    set_rule(session, "bad.example", "suspend", reason="x", by="test")
