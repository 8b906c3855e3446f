"""Who follows a saved view by mail, and the links that need no signing in: to stop, and to the feed."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Sequence
from datetime import date
from typing import Literal

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from federation.settings import Settings
from node.accounts.models import Account
from node.accounts.secret_keys import derive
from node.coordination.models import SavedView, ViewChange, ViewFollower
from schemas.errors import InvalidInput, NotFound
from schemas.messages import N_

Every = Literal["day", "week"]
EVERY: tuple[Every, ...] = ("day", "week")


def follow(session: Session, view: SavedView, account_id: int, every: str, today: date) -> ViewFollower:
    """Tell somebody by mail what changes from now on, at most once a day or a week."""
    if every not in EVERY:
        raise InvalidInput(fields={"every": [N_("Choose one of the list.")]})
    follower = find_follower(session, view, account_id)
    if follower is None:
        last = session.scalar(select(func.max(ViewChange.id)).where(ViewChange.view_id == view.id))
        follower = ViewFollower(view_id=view.id, account_id=account_id, told_id=last or 0, looked_on=today)
        session.add(follower)
    follower.every = every
    session.flush()
    return follower


def stop(session: Session, view: SavedView, account_id: int) -> None:
    """Tell somebody no more."""
    follower = find_follower(session, view, account_id)
    if follower is not None:
        session.delete(follower)
        session.flush()


def find_follower(session: Session, view: SavedView, account_id: int) -> ViewFollower | None:
    """How somebody follows a view, or None."""
    return session.get(ViewFollower, (view.id, account_id))


def followed_by(session: Session, account_id: int) -> dict[int, str]:
    """How often somebody hears of which view."""
    query = select(ViewFollower.view_id, ViewFollower.every).where(ViewFollower.account_id == account_id)
    return {view_id: every for view_id, every in session.execute(query)}


def stop_token(settings: Settings, view: SavedView, follower: ViewFollower) -> str:
    """What stands in the link to stop; it opens nothing else."""
    told = f"{view.id}-{follower.account_id}-{follower.every}"
    return f"{told}-{_seal(settings, f'stop {told}', view)}"


def feed_token(settings: Settings, view: SavedView) -> str:
    """What stands in the address of the feed, which readers ask for without signing in."""
    return f"{view.id}-{_seal(settings, f'feed {view.id}', view)}"


def open_stop(session: Session, settings: Settings, token: str) -> tuple[SavedView, Account, Every]:
    """The view, the person and the rhythm of a link to stop. Raises NotFound."""
    view = _sealed_view(session, settings, "stop", token)
    _view, account_id, every, *_seal = token.split("-")
    account = session.get(Account, int(account_id))
    if account is None:
        raise _not_found("account of a link to stop")
    return view, account, "day" if every == "day" else "week"


def open_feed(session: Session, settings: Settings, token: str) -> SavedView:
    """The view of a feed. Raises NotFound."""
    return _sealed_view(session, settings, "feed", token)


def _sealed_view(session: Session, settings: Settings, purpose: str, token: str) -> SavedView:
    told, _, seal = token[:200].rpartition("-")
    number = told.partition("-")[0]
    if not (number.isascii() and number.isdigit() and len(number) < 10):
        raise _not_found("no number in it")
    view = session.get(SavedView, int(number))
    if view is None or not hmac.compare_digest(
        seal.encode(), _seal(settings, f"{purpose} {told}", view).encode()
    ):
        raise _not_found("no such view, or not our seal")
    return view


def _seal(settings: Settings, told: str, view: SavedView) -> str:
    """Also over the moment at which the view was made: another one may get its number later."""
    text = f"{told} {view.created_at.isoformat()}"
    return hmac.new(derive(settings, "saved views"), text.encode(), hashlib.sha256).hexdigest()[:32]


def _not_found(cause: str) -> NotFound:
    text = N_("This link does not work any more. Perhaps the selection was thrown away.")
    return NotFound(text, cause=cause)


def followers(session: Session) -> Sequence[tuple[ViewFollower, SavedView, Account]]:
    """Everybody who follows a view, person by person."""
    query = (
        select(ViewFollower, SavedView, Account)
        .join(SavedView, SavedView.id == ViewFollower.view_id)
        .join(Account, Account.id == ViewFollower.account_id)
        .order_by(Account.id, SavedView.name)
    )
    return [(follower, view, account) for follower, view, account in session.execute(query)]
