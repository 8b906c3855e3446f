"""Making, changing and putting away business cases."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from federation.database import now
from node.business_case.content import load_content
from node.business_case.models import BusinessCase
from schemas.errors import Conflict, NotFound
from schemas.messages import N_


def create(session: Session, data: Any, *, by: str) -> BusinessCase:
    """Keep a new case. Raises InvalidInput with ``fields`` in the shape of the case."""
    case = BusinessCase(content=load_content(data), changed_by=by)
    session.add(case)
    session.flush()
    return case


def change(session: Session, case: BusinessCase, data: Any, *, based_on: int, by: str) -> BusinessCase:
    """Replace what a case says. Raises InvalidInput, and Conflict when somebody changed it since."""
    content = load_content(data)
    session.refresh(case, with_for_update=True)
    if case.revision != based_on:
        raise Conflict(
            N_(
                "%(name)s changed this in the meantime. Open it again to see how, and make your change there."
            ),
            name=case.changed_by,
        )
    if content != case.content:
        case.content, case.revision = content, case.revision + 1
        case.changed_by, case.changed_at = by, now()
    session.flush()
    return case


def put_away(session: Session, case: BusinessCase, *, away: bool) -> None:
    """Take it out of the list, or put it back."""
    case.put_away_at = now() if away else None
    session.flush()


def list_cases(session: Session, *, away: bool = False) -> Sequence[BusinessCase]:
    """The cases, the last changed first."""
    is_away = BusinessCase.put_away_at.is_not(None) if away else BusinessCase.put_away_at.is_(None)
    query = select(BusinessCase).where(is_away)
    return session.scalars(query.order_by(BusinessCase.changed_at.desc(), BusinessCase.id.desc())).all()


def get_case(session: Session, case_id: int) -> BusinessCase:
    """One case. Raises NotFound."""
    case = session.get(BusinessCase, case_id)
    if case is None:
        raise NotFound(N_("This calculation does not exist."), cause=f"business case {case_id}")
    return case
