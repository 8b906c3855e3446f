"""A command that changes this node's own rows: its session, and a question before something final."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.orm import Session

import node.models  # noqa: F401
from deploy import data_folder
from deploy.words import _, say
from federation.actors.identities import is_set_up
from federation.database import let_go
from federation.runtime import build_runtime
from federation.settings import Settings
from schemas.errors import NotReady
from schemas.messages import N_

BY = "command line"
"""Who did it, as the pages tell."""


@contextmanager
def writing(settings: Settings) -> Iterator[Session]:
    """A writing session of a node that is set up; the caller commits."""
    if not data_folder.has_tables(settings):
        raise NotReady(N_("There is no node here yet."))
    runtime = build_runtime(settings)
    try:
        with runtime.database.session() as session:
            if not is_set_up(session):
                raise NotReady(N_("There is no node here yet."))
            yield session
    finally:
        runtime.close()


def is_sure(session: Session, question: str, *, yes: bool) -> bool:
    """Whether the person means it; ``--yes`` answers beforehand.

    Nobody waits for the database meanwhile: the transaction ends, and what was read before is read again.
    """
    if yes:
        return True
    let_go(session)
    session.expire_all()
    answer = input(_(question) + " ").strip().lower()
    if answer in {"ja", "j", "yes", "y"}:
        return True
    say(N_("Nothing was changed."))
    return False
