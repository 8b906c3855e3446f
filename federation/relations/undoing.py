"""Taking a decision back: what held before it holds again, and that is a decision too."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy.orm import Session

from federation.database import now
from federation.relations.deciding import change_policy, set_list, settle, snapshot
from federation.relations.decisions import StandingDecision, undoable
from federation.relations.standing import PeerRule, set_rule
from federation.settings import Settings
from schemas.errors import Conflict, NotFound
from schemas.messages import N_


def undo(session: Session, settings: Settings, decision_id: int, *, by: str) -> StandingDecision:
    """Go back to what held before a decision. Conflict when something newer was decided about it."""
    decision = session.get(StandingDecision, decision_id)
    if decision is None:
        raise NotFound()
    if not undoable(session, [decision]):
        raise Conflict(N_("This cannot be undone any more: something newer was decided."))
    if decision.kind in {"mode", "reads"}:
        made = _undo_policy(session, decision, by)
    elif decision.kind == "list":
        trusted = decision.before.get("word") == "on"
        name = str(decision.before.get("name", ""))
        made = set_list(session, decision.target, name, trusted=trusted, by=by)
    else:
        made = _undo_rule(session, settings, decision, by)
    made.undoes_id = decision.id
    session.flush()
    return made


def _undo_policy(session: Session, decision: StandingDecision, by: str) -> StandingDecision:
    word = decision.before["word"]
    made = (
        change_policy(session, by=by, mode=word)
        if decision.kind == "mode"
        else change_policy(session, by=by, signed_reads=word == "on")
    )
    if not made:
        raise Conflict(N_("There is nothing to undo here."))
    return made[0]


def _undo_rule(session: Session, settings: Settings, decision: StandingDecision, by: str) -> StandingDecision:
    row = session.get(PeerRule, decision.target)
    present = snapshot(row)
    if row is not None:
        session.delete(row)
        session.flush()
    old = decision.before
    until = datetime.fromisoformat(old["until"]) if old.get("until") else None
    word = str(old.get("word", ""))
    if word and until is not None and until <= now():
        word, until = ("allow" if old.get("over_allow") else ""), None
    if word:
        restored = set_rule(session, decision.target, word, reason=old["reason"], by=old["by"], until=until)  # type: ignore[arg-type]
        restored.over_allow = bool(old.get("over_allow")) and word != "allow"
    reason = str(old.get("reason", "")) if word else ""
    made = StandingDecision(
        kind="rule", target=decision.target, word=word, before=present, reason=reason, by=by, until=until
    )
    return settle(session, settings, made)
