"""A peer, a warning or a dead letter as one flat document, with its sentences in the reader's language."""

from __future__ import annotations

from typing import Any

from flask_babel import gettext as _

from federation.health.alarms import Alarm, alarms_of
from federation.health.failures import reason_of
from federation.health.peers import PeerHealth
from federation.sending.delivery import Delivery
from node.federation_health.comparisons import HubComparison, KeyDifference
from node.federation_health.words import alarm_words, failure_words
from node.network.sharing import SharedThing


def peer_document(health: PeerHealth) -> dict[str, Any]:
    """One peer."""
    peer, name, problem = health.peer, health.name or health.host, health.problem
    told = tell_problem(problem.status, problem.error, problem.code, name) if problem else None
    return {
        "host": health.host,
        "name": health.name,
        "condition": health.condition,
        "due": health.due,
        "given_up": health.given_up,
        "oldest_at": health.oldest_at,
        "next_at": health.next_at,
        "last_success_at": peer.last_success_at,
        "last_heard_at": peer.last_heard_at,
        "last_failure_at": peer.last_failure_at,
        "failures": peer.failures,
        "pause_until": peer.breaker_until,
        "clock_skew": peer.clock_skew,
        "our_scheme": peer.scheme or "",
        "their_scheme": peer.heard_scheme or "",
        "software": peer.software or "",
        "problem": told,
        "alarms": [tell_alarm(alarm, name) for alarm in alarms_of(peer)],
    }


def tell_problem(status: int | None, error: str, code: str, name: str) -> dict[str, Any]:
    """A failure: its code, its sentence and what to do."""
    words = failure_words(status, error, code, name=name)
    return {
        "reason": reason_of(status, error, code),
        "text": _(words.what, **words.params),
        "advice": _(words.advice, **words.params),
        "status": status,
        "error": error,
    }


def tell_alarm(alarm: Alarm, name: str) -> dict[str, Any]:
    """A warning: its kind, its sentence and whom to call."""
    words = alarm_words(alarm.kind, alarm.seconds, name=name)
    text, advice = _(words.what, **words.params), _(words.advice, **words.params)
    return {"host": alarm.host, "kind": alarm.kind, "at": alarm.at, "text": text, "advice": advice}


def letter_document(delivery: Delivery, thing: SharedThing, name: str) -> dict[str, Any]:
    """One dead letter."""
    return {
        "id": delivery.id,
        "host": delivery.host,
        "what": thing.what,
        "name": thing.name,
        "activity": delivery.activity_uri,
        "written_at": delivery.created_at,
        "given_up_at": delivery.finished_at,
        "attempts": delivery.attempts,
        "problem": tell_problem(delivery.last_status, delivery.last_error, delivery.reason_code, name),
    }


def tell_comparison(each: HubComparison) -> dict[str, Any]:
    """The last comparison with one hub."""
    row = each.row
    document: dict[str, Any] = {"hub": each.hub_uri, "name": each.name, "state": each.state, "problem": None}
    if row is None:
        return document
    if row.error:
        document["problem"] = tell_problem(None, row.error, "", each.name)
    figures = ("listed", "different", "mended", "unlisted", "started_at", "finished_at")
    return {**document, **{name: getattr(row, name) for name in figures}, "next_at": each.next_at}


def tell_difference(each: KeyDifference) -> dict[str, Any]:
    """A list and its member's own server that name different keys."""
    found = each.difference
    return {
        "hub": found.hub_uri,
        "member": found.actor_uri,
        "member_name": each.member,
        "listed": found.listed,
        "at_origin": found.at_origin,
        "at_fault": found.at_fault,
        "since": found.since,
    }
