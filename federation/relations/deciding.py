"""Deciding who speaks to us: rules, the mode, signed lists; each leaves a row behind."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from federation.database import now
from federation.queue import wake_after_commit
from federation.relations.cutting import cut_ties
from federation.relations.decisions import BY_TIME, StandingDecision
from federation.relations.standing import MODES, Mode, PeerRule, Rule, lift_rule, policy, set_rule
from federation.relations.trusted_lists import TrustedList, add_list, remove_list
from federation.settings import Settings
from schemas.errors import Conflict, InvalidInput, NotFound
from schemas.messages import N_

MOST_REASON = 500
APPLY = "directory.standing_jobs.apply"
_HIDE = frozenset({"silence", "suspend"})


def decide(
    session: Session,
    settings: Settings,
    target: str,
    rule: Rule,
    *,
    reason: str,
    by: str,
    until: datetime | None = None,
) -> StandingDecision:
    """Allow, silence or suspend, and see to what follows from it.

    ``target`` is what `federation.relations.targets.read_target` returned. InvalidInput without a
    reason or with a time that has passed, Conflict when exactly this holds already.
    """
    reason = " ".join(reason.split())
    _check(rule, reason, until)
    row = session.get(PeerRule, target)
    before = snapshot(row)
    if row and row.word == rule and row.until == until and row.reason == reason:
        raise Conflict(N_("This was decided already."))
    set_rule(session, target, rule, reason=reason, by=by, until=until)
    made = StandingDecision(
        kind="rule", target=target, word=rule, before=before, reason=reason, by=by, until=until
    )
    return settle(session, settings, made)


def lift(session: Session, settings: Settings, target: str, *, by: str) -> StandingDecision:
    """End the rule about a target; what lay under it holds again. NotFound when there is none."""
    row = session.get(PeerRule, target)
    if row is None:
        raise NotFound(N_("There is no such rule any more."))
    before = snapshot(row)
    left = lift_rule(session, target)
    word = left.word if left else ""
    made = StandingDecision(kind="rule", target=target, word=word, before=before, by=by)
    return settle(session, settings, made)


def change_policy(
    session: Session, *, by: str, mode: Mode | None = None, signed_reads: bool | None = None
) -> list[StandingDecision]:
    """Change how this node deals with others; nothing happens where nothing changes."""
    row = policy(session)
    made = []
    if mode is not None and mode != row.mode:
        if mode not in MODES:
            raise InvalidInput(fields={"mode": [N_("Choose one of the list.")]})
        made.append(_policy_decision("mode", mode, {"word": row.mode}, by))
        row.mode = mode
    if signed_reads is not None and signed_reads != row.signed_reads:
        word = {True: "on", False: "off"}
        made.append(_policy_decision("reads", word[signed_reads], {"word": word[row.signed_reads]}, by))
        row.signed_reads = signed_reads
    if made:
        row.changed_by, row.changed_at = by, now()
        session.add_all([row, *made])
        session.flush()
    return made


def trust_list(session: Session, publisher_uri: str, name: str, *, by: str) -> StandingDecision:
    """Trust the signed list of a publisher. Conflict when we do already."""
    if session.get(TrustedList, publisher_uri) is not None:
        raise Conflict(N_("You trust this list already."))
    return set_list(session, publisher_uri, name, trusted=True, by=by)


def distrust_list(session: Session, publisher_uri: str, *, by: str) -> StandingDecision:
    """Trust a list no longer. NotFound when we did not."""
    row = session.get(TrustedList, publisher_uri)
    if row is None:
        raise NotFound(N_("You do not trust this list."))
    return set_list(session, publisher_uri, row.name, trusted=False, by=by)


def expire(session: Session, settings: Settings) -> int:
    """For the sweep: end the rules whose time is over; returns how many."""
    over = session.scalars(select(PeerRule).where(PeerRule.until <= now())).all()
    for rule in over:
        lift(session, settings, rule.target, by=BY_TIME)
    return len(over)


def settle(session: Session, settings: Settings, decision: StandingDecision) -> StandingDecision:
    """Write a decision about a rule down, and see to what it changes."""
    was, word = str(decision.before.get("word", "")), decision.word
    changes_view = was != word and bool(_HIDE & {was, word})
    decision.state = "due" if changes_view else "done"
    session.add(decision)
    session.flush()
    if word == "suspend":
        cut_ties(session, settings, by=decision.by)
    if changes_view:
        wake_after_commit(session, APPLY)
    return decision


def _policy_decision(kind: str, word: str, before: dict[str, Any], by: str) -> StandingDecision:
    return StandingDecision(kind=kind, word=word, before=before, by=by)


def set_list(session: Session, publisher_uri: str, name: str, *, trusted: bool, by: str) -> StandingDecision:
    """Trust a list, or trust it no longer."""
    before = {"word": "off" if trusted else "on", "name": name}
    if trusted:
        add_list(session, publisher_uri, name, by=by)
        wake_after_commit(session, "directory.standing_jobs.read_list", publisher_uri)
    else:
        remove_list(session, publisher_uri)
    word = "on" if trusted else "off"
    decision = StandingDecision(kind="list", target=publisher_uri, word=word, before=before, by=by)
    session.add(decision)
    session.flush()
    return decision


def snapshot(row: PeerRule | None) -> dict[str, Any]:
    """A rule as a decision keeps what was before it."""
    if row is None:
        return {}
    until = row.until.isoformat() if row.until else None
    return {
        "word": row.word,
        "reason": row.reason,
        "by": row.by,
        "until": until,
        "over_allow": row.over_allow,
    }


def _check(rule: str, reason: str, until: datetime | None) -> None:
    fields: dict[str, list[str]] = {}
    if rule != "allow" and not reason:
        fields["reason"] = [N_("Say why: others on your board will want to know.")]
    if len(reason) > MOST_REASON:
        fields["reason"] = [N_("Use at most 500 characters.")]
    if until is not None and until <= now():
        fields["until"] = [N_("Choose a day that is still to come.")]
    if fields:
        raise InvalidInput(fields=fields)
