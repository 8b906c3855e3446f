"""What board and coordinator do about who speaks to us: from what they type to a decision."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from sqlalchemy import select
from sqlalchemy.orm import Session

from directory.relaying.signed_lists import find_publisher
from directory.replica.owners import names_of
from federation.database import now
from federation.relations import deciding
from federation.relations.decisions import StandingDecision
from federation.relations.standing import RULES, PeerRule, Rule
from federation.relations.targets import is_address, is_host, read_target
from federation.settings import Settings
from node.standing.explanation import Explanation, explain, find_named
from schemas.errors import InvalidInput
from schemas.messages import N_

LENGTHS = (0, 7, 30, 90, 365)
"""Days that a rule may hold; 0 is until somebody lifts it."""


@dataclass(frozen=True)
class RuleView:
    """A rule with the name of whom it is about."""

    rule: PeerRule
    name: str
    is_host: bool


def list_rules(session: Session) -> list[RuleView]:
    """The rules of this node, newest first."""
    rules = session.scalars(select(PeerRule).order_by(PeerRule.at.desc(), PeerRule.target)).all()
    names = names_of(session, [rule.target for rule in rules if not is_host(rule.target)])
    return [RuleView(rule, names.get(rule.target, rule.target), is_host(rule.target)) for rule in rules]


def add_rule(
    session: Session,
    settings: Settings,
    typed: str,
    rule: str,
    *,
    reason: str,
    days: int,
    by: str,
) -> StandingDecision:
    """Allow, silence or suspend whom a person typed. May ask the other server first.

    Raises InvalidInput with ``fields`` (target, rule, reason, days) or Conflict.
    """
    fields: dict[str, list[str]] = {}
    if rule not in RULES:
        fields["rule"] = [N_("Choose one of the list.")]
    elif rule != "allow" and not reason.strip():
        fields["reason"] = [N_("Say why: others on your board will want to know.")]
    if days not in LENGTHS:
        fields["days"] = [N_("Choose one of the list.")]
    if not typed.strip():
        fields["target"] = [N_("Please fill this in.")]
    if fields:
        raise InvalidInput(fields=fields)
    target = read_target(session, settings, typed)
    until = now() + timedelta(days=days) if days else None
    chosen: Rule = next(each for each in RULES if each == rule)
    return deciding.decide(session, settings, target, chosen, reason=reason, by=by, until=until)


def trust_list(session: Session, settings: Settings, address: str, *, by: str) -> StandingDecision:
    """Trust the signed list at an address. Asks the other server first; see `find_publisher`."""
    publisher = find_publisher(session, settings, address)
    return deciding.trust_list(session, publisher.uri, publisher.name or publisher.host, by=by)


def look_up(session: Session, settings: Settings, typed: str) -> list[Explanation]:
    """Whom a person means, and why they may or may not speak to us. Asks no other server."""
    typed = typed.strip()
    if not typed:
        return []
    if not is_address(typed):
        return find_named(session, typed)
    return [explain(session, read_target(session, settings, typed, ask=False))]
