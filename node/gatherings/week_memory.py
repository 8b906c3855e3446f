"""The drawn week of the home page, remembered until something on the noticeboard changes.

Two hundred series cost more to look up and draw than all the rest of the page. The key holds a number
that every change of a gathering raises in its own transaction, so that each process sees by one small
question whether what it remembers is still right.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from typing import Any

from flask import current_app
from markupsafe import Markup
from sqlalchemy import event, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from federation.database import Base
from federation.upserts import insert_statement
from node.gatherings.models import Gathering, GatheringOccurrence

MOST_WEEKS = 32
"""Two languages, two kinds of readers, and some days."""


class NoticeboardVersion(Base):
    """One row: how often the noticeboard changed."""

    __tablename__ = "noticeboard_version"

    id: Mapped[int] = mapped_column(primary_key=True)
    version: Mapped[int]


def version_of(session: Session) -> int:
    """How often the noticeboard changed."""
    return session.scalar(select(NoticeboardVersion.version).where(NoticeboardVersion.id == 1)) or 0


def remembered(key: tuple[Any, ...], draw: Callable[[], str]) -> Markup:
    """What was drawn under this key, or what ``draw`` draws now."""
    weeks: OrderedDict[tuple[Any, ...], Markup] = current_app.extensions.setdefault(
        "drawn_weeks", OrderedDict()
    )
    found = weeks.get(key)
    if found is None:
        found = weeks[key] = Markup(draw())  # noqa: S704  # drawn by our own template, which escapes
        while len(weeks) > MOST_WEEKS:
            weeks.popitem(last=False)
    return found


@event.listens_for(Session, "before_flush")
def _count_change(session: Session, _context: Any, _instances: Any) -> None:
    """Raise the number with every gathering that is written; the row's lock keeps two writers in order.

    Counting who came by one statement passes by here, and is nothing the home page shows.
    """
    for changed in (*session.new, *session.dirty, *session.deleted):
        if isinstance(changed, Gathering | GatheringOccurrence):
            statement = insert_statement(session, NoticeboardVersion).values(id=1, version=1)
            raised = {"version": NoticeboardVersion.version + 1}
            session.execute(statement.on_conflict_do_update(index_elements=["id"], set_=raised))
            return
