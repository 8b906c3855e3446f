"""A look and a hand inside a running node, for what no page of another node could show."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.orm import Session

from federation.runtime import build_runtime
from federation.settings import load_settings
from tests.journeys.nodes import Node


@contextmanager
def inside(node: Node) -> Iterator[Session]:
    """A writing session on the node's own database; committed at the end of the block."""
    runtime = build_runtime(load_settings(node.environment))
    try:
        with runtime.database.session() as session:
            yield session
            session.commit()
    finally:
        runtime.close()
