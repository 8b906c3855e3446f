"""What a decision about somebody means for their records: hidden or shown, batch by batch.

Which of the two is asked of the rules that are in force at that moment, so the order in which
decisions are worked off does not matter, and a job that stops half-way is simply gone on with.
"""

from __future__ import annotations

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from directory.relaying import held_items, reconciliation
from directory.replica.records import Record
from directory.replica.showing import show_records
from directory.replica.visibility import hidden_owners, owners_under
from federation.actors.identities import find_identity
from federation.database import now
from federation.queue import wake_after_commit
from federation.relations.decisions import StandingDecision
from federation.relations.followers import Follow
from federation.relations.follows import joined_hubs
from federation.relations.members import find_member
from federation.relations.standing import PeerRule, is_covered

BATCH = 200


def apply_next(session: Session) -> bool:
    """Work off one batch of the oldest decision that is due; False when none is. The caller commits."""
    query = (
        select(StandingDecision)
        .where(StandingDecision.state == "due")
        .order_by(StandingDecision.id)
        .limit(1)
        .with_for_update(skip_locked=True)
    )
    decision = session.scalar(query)
    if decision is None:
        return False
    theirs = Record.owner_uri.in_(owners_under(session, decision.target))
    if not decision.after_uri:
        decision.total = session.scalar(select(func.count()).select_from(Record).where(theirs)) or 0
    later = Record.uri > decision.after_uri
    batch = list(session.scalars(select(Record).where(theirs, later).order_by(Record.uri).limit(BATCH)))
    _apply(session, batch)
    decision.done += len(batch)
    if len(batch) == BATCH:
        decision.after_uri = batch[-1].uri
    else:
        _finish(session, decision)
    return True


def has_due(session: Session) -> bool:
    """Whether any decision still has records to look at."""
    due = select(StandingDecision.id).where(StandingDecision.state == "due")
    return session.scalar(due.limit(1)) is not None


def look_again(session: Session) -> None:
    """For the sweep: who follows a silenced actor now, or no longer does, sees more or less of it."""
    silenced = set(session.scalars(select(PeerRule.target).where(PeerRule.rule == "silence")))
    for target in silenced:
        decision = _last_about(session, target)
        if decision is None or decision.state == "due":
            continue
        looked_at = decision.finished_at or decision.at
        changed = select(Follow.remote_uri).where(Follow.direction == "out", Follow.decided_at > looked_at)
        if any(is_covered(uri, {target}) for uri in session.scalars(changed)):
            decision.state, decision.done, decision.after_uri = "due", 0, ""


def _apply(session: Session, batch: list[Record]) -> None:
    show_records(session, batch)
    hub = find_identity(session, "hub")
    if hub is None:
        return
    owners = {record.owner_uri for record in batch}
    hidden = hidden_owners(session, owners)
    passed_on = {uri for uri in owners - hidden if find_member(session, hub.actor_uri, uri)}
    living = [record for record in batch if record.deleted_at is None]
    held_items.hold_records(session, [each.uri for each in living if each.owner_uri in hidden])
    held_items.release_records(session, [each.uri for each in living if each.owner_uri in passed_on])


def _finish(session: Session, decision: StandingDecision) -> None:
    decision.state, decision.finished_at, decision.after_uri = "done", now(), ""
    if decision.before.get("word") == "suspend" and decision.word != "suspend":
        _ask_what_was_missed(session)


def _ask_what_was_missed(session: Session) -> None:
    """While somebody was suspended nothing of theirs was taken: our hubs know what that was."""
    for hub in joined_hubs(session):
        reconciliation.ask_reconciliation(session, hub.uri)
        wake_after_commit(session, "directory.jobs.catch_up", hub.uri)


def _last_about(session: Session, target: str) -> StandingDecision | None:
    query = select(StandingDecision).where(StandingDecision.kind == "rule", StandingDecision.target == target)
    return session.scalar(query.order_by(StandingDecision.id.desc()).limit(1))
