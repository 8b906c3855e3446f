"""The mail to who follows saved views: at most one a day for each person, and never an empty one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby

import structlog
from sqlalchemy import select
from sqlalchemy.orm import Session

from federation.actors.identities import base_url
from federation.settings import Settings
from node.accounts.models import Account
from node.accounts.roles import Action
from node.communities.models import find_community
from node.coordination.following import followers, stop_token
from node.coordination.models import SavedView, ViewChange, ViewFollower
from node.mail.service import is_on, write
from schemas.errors import InvalidInput

log = structlog.get_logger(__name__)

PAUSE = {"day": timedelta(days=1), "week": timedelta(days=7)}
MOST_NAMES = 25
"""Of each view and direction; the page shows the others."""
WHY = {
    (True, "new"): "nieuw in de gids",
    (True, "changed"): "past er nu in",
    (False, "changed"): "past er niet meer in",
    (False, "gone"): "staat niet meer in de gids",
}
RHYTHM = {"day": "hoogstens één keer per dag", "week": "hoogstens één keer per week"}

Followed = tuple[ViewFollower, SavedView, Account]


@dataclass(frozen=True)
class Section:
    """What changed in one view since somebody was last told; who came and went in between is left out."""

    follower: ViewFollower
    view: SavedView
    entered: list[ViewChange]
    left: list[ViewChange]


def send_due(session: Session, settings: Settings, today: date) -> int:
    """Write everybody whose turn it is and for whom something changed; returns how many mails."""
    if not is_on(settings):
        return 0
    sent = 0
    for account_id, listed in groupby(followers(session), key=lambda each: each[2].id):
        followed = list(listed)
        if not followed[0][2].may(Action.COORDINATE):
            for follower, _view, _account in followed:
                session.delete(follower)
            continue
        try:
            sent += _tell(session, settings, followed, today)
        except InvalidInput:  # an address that no mail can go to
            log.warning("digest.address", account=account_id)
    session.flush()
    return sent


def section_of(session: Session, follower: ViewFollower, view: SavedView) -> tuple[Section, int]:
    """What somebody was not told yet of a view, and the number of the last change among it."""
    query = select(ViewChange).where(ViewChange.view_id == view.id, ViewChange.id > follower.told_id)
    changes = session.scalars(query.order_by(ViewChange.id)).all()
    first: dict[str, ViewChange] = {}
    last: dict[str, ViewChange] = {}
    for change in changes:
        first.setdefault(change.entry_key, change)
        last[change.entry_key] = change
    # by turns in and out: it is elsewhere than before when the first and the last are of one kind
    moved = [last[key] for key, change in first.items() if last[key].entered == change.entered]
    entered, left = ([each for each in moved if each.entered is way] for way in (True, False))
    return Section(follower, view, entered, left), changes[-1].id if changes else follower.told_id


def _tell(session: Session, settings: Settings, followed: Sequence[Followed], today: date) -> int:
    """Tell one person what is due, in one mail; 0 when nothing changed."""
    due = [each for each in followed if each[0].looked_on + PAUSE[each[0].every] <= today]
    sections = []
    for follower, view, _account in due:
        section, last_id = section_of(session, follower, view)
        follower.looked_on, follower.told_id = today, last_id
        if section.entered or section.left:
            sections.append(section)
    if not sections:
        return 0
    account = followed[0][2]
    text = _body(session, settings, account, sections)
    # the button of a mail program stops one thing: with several selections the links in the text are clearer
    stop_url = _stop_url(settings, sections[0], base_url(session)) if len(sections) == 1 else ""
    write(session, settings, account.email, _subject(sections), text, stop_url=stop_url)
    return 1


def _subject(sections: Sequence[Section]) -> str:
    entered, left = (sum(len(getattr(each, way)) for each in sections) for way in ("entered", "left"))
    where = f"Selectie {sections[0].view.name}" if len(sections) == 1 else "Uw selecties"
    return f"{where}: {entered} erbij, {left} eruit"[:150]


def _body(session: Session, settings: Settings, account: Account, sections: Sequence[Section]) -> str:
    base, community = base_url(session), find_community(session)
    lines = [f"Dag {' '.join(account.name.split())},", "", "Dit veranderde er in selecties die u volgt.", ""]
    for section in sections:
        lines += _section(settings, section, base)
    lines += ["Verandert er niets, dan krijgt u geen mail.", "", community.name if community else "De gids"]
    return "\n".join(lines) + "\n"


def _section(settings: Settings, section: Section, base: str) -> list[str]:
    view, follower = section.view, section.follower
    return [
        view.name.upper(),
        *_names("Erbij", section.entered, base),
        *_names("Eruit", section.left, base),
        f"Alles bij elkaar: {base}/werkkamer/selecties/{view.id}",
        f"U krijgt dit {RHYTHM[follower.every]}. Geen mail meer hierover:",
        _stop_url(settings, section, base),
        "",
    ]


def _stop_url(settings: Settings, section: Section, base: str) -> str:
    return f"{base}/selecties/stoppen/{stop_token(settings, section.view, section.follower)}"


def _names(title: str, changes: Sequence[ViewChange], base: str) -> list[str]:
    if not changes:
        return []
    lines = [f"{title}: {len(changes)}"]
    for each in changes[:MOST_NAMES]:
        lines.append(f"- {' '.join(each.name.split())} ({WHY[each.entered, each.reason]})")
        if each.reason != "gone":
            lines.append(f"  {base}/gids/{each.entry_key}")
    more = len(changes) - MOST_NAMES
    return [*lines, *([f"- en nog {more}"] if more > 0 else [])]
