"""Saved views: selections of the guide under a name, with how many initiatives each has now."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from directory.search.service import select_documents
from node.coordination import watching
from node.coordination.models import SavedView
from node.guide.selection import Choice, read_clear_choice, read_kept_choice
from schemas.errors import Conflict, InvalidInput, NotFound
from schemas.messages import N_

MOST = 100
MOST_LETTERS = 80


@dataclass(frozen=True)
class ShownView:
    """A saved view with its selection as it is now."""

    view: SavedView
    choice: Choice
    count: int


def save_view(session: Session, name: str, arguments: Mapping[str, str], *, by: str) -> SavedView:
    """Keep a selection. Raises InvalidInput for a bad name or filter, Conflict for a name in use."""
    name = " ".join(name.replace("\x00", "").split())
    if not name or len(name) > MOST_LETTERS:
        raise InvalidInput(fields={"name": [N_("Give it a name of at most 80 letters.")]})
    parameters = read_clear_choice(arguments).parameters()
    if session.scalar(select(SavedView.id).where(SavedView.name == name)):
        raise Conflict(N_("There is a selection with this name already."))
    if (session.scalar(select(func.count()).select_from(SavedView)) or 0) >= MOST:
        raise Conflict(N_("There are very many selections. Throw one away first."))
    view = SavedView(name=name, parameters={key: str(value) for key, value in parameters.items()}, by=by)
    session.add(view)
    session.flush()
    watching.begin(session, view)
    return view


def list_views(session: Session) -> list[ShownView]:
    """All saved views by name."""
    return [show_view(session, view) for view in session.scalars(select(SavedView).order_by(SavedView.name))]


def show_view(session: Session, view: SavedView) -> ShownView:
    """A view with how many initiatives it has now."""
    choice = read_kept_choice(view.parameters)
    found = select_documents(session, choice.selection).subquery()
    return ShownView(view, choice, session.scalar(select(func.count()).select_from(found)) or 0)


def get_view(session: Session, view_id: int) -> SavedView:
    """One saved view. Raises NotFound."""
    found = session.get(SavedView, view_id)
    if found is None:
        raise NotFound(N_("This selection does not exist."), cause=f"view {view_id}")
    return found


def remove_view(session: Session, view: SavedView) -> None:
    """Throw a view away; nothing else changes."""
    session.delete(view)
    session.flush()
