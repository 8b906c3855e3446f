"""What the API takes and gives about who speaks to us."""

from __future__ import annotations

from marshmallow import fields, validate

from federation.relations.standing import MODES, RULES
from node.api.schemas import ArgumentsSchema, PagedSchema, PageSchema
from node.standing.models import HANDLED, OPEN
from node.standing.reports import MOST_ANSWER, VERDICTS
from node.standing.service import LENGTHS
from schemas.fields import Instant, Text, WireSchema
from schemas.taxonomies import REPORT_REASONS


class PolicySchema(WireSchema):
    """How this node deals with others."""

    mode = fields.String()
    signed_reads = fields.Boolean()
    changed_by = fields.String()
    changed_at = Instant(allow_none=True)


class PolicyChangeSchema(WireSchema):
    """What is to change; what is left out stays."""

    mode = fields.String(validate=validate.OneOf(MODES))
    signed_reads = fields.Boolean()


class RuleSchema(WireSchema):
    """A rule in force. ``overAllow``: when it ends, the target is allowed again."""

    target = fields.String(attribute="rule.target")
    is_host = fields.Boolean()
    name = fields.String()
    rule = fields.String(attribute="rule.word")
    reason = fields.String(attribute="rule.reason")
    by = fields.String(attribute="rule.by")
    at = Instant(attribute="rule.at")
    until = Instant(attribute="rule.until", allow_none=True)
    over_allow = fields.Boolean(attribute="rule.over_allow")


class RulesSchema(WireSchema):
    """All rules, newest first."""

    items = fields.List(fields.Nested(RuleSchema))


class NewRuleSchema(WireSchema):
    """A rule to make. ``target``: a host, an actor's address or @name@host; ``days`` 0 is without end."""

    target = Text(required=True, least=1, most=2000)
    rule = fields.String(required=True, validate=validate.OneOf(RULES))
    reason = Text(load_default="", most=500)
    days = fields.Integer(load_default=0, validate=validate.OneOf(LENGTHS))


class TargetSchema(ArgumentsSchema):
    """Whose rule, or whose list."""

    target = Text(required=True, least=1, most=2000)


class ExplanationSchema(WireSchema):
    """Whether somebody may speak to us: ``verdict`` is 'sends', 'asks' or 'nothing'."""

    target = fields.String()
    name = fields.String()
    is_host = fields.Boolean()
    verdict = fields.String()
    reason = fields.String()
    through = fields.String()
    shown = fields.String()
    actors = fields.List(fields.Nested(lambda: ExplanationSchema(exclude=("actors",))))


class ExplanationsSchema(WireSchema):
    """Whom the words may mean."""

    items = fields.List(fields.Nested(ExplanationSchema))


class DecisionSchema(WireSchema):
    """One decision; ``undoable`` while nothing newer was decided about the same."""

    id = fields.Integer()
    kind = fields.String()
    target = fields.String()
    word = fields.String()
    reason = fields.String()
    until = Instant(allow_none=True)
    by = fields.String()
    at = Instant()
    undoes_id = fields.Integer(allow_none=True)
    state = fields.String()
    done = fields.Integer()
    total = fields.Integer()


class HistorySchema(PagedSchema):
    """A page of decisions, newest first, with the ids of those that can be undone."""

    items = fields.List(fields.Nested(DecisionSchema), attribute="decisions")
    undoable = fields.List(fields.Integer())


class TrustedListSchema(WireSchema):
    """A signed list that we trust."""

    publisher_uri = fields.String()
    name = fields.String()
    count = fields.Integer()
    added_by = fields.String()
    added_at = Instant()
    read_at = Instant(allow_none=True)
    error = fields.String()


class TrustedListsSchema(WireSchema):
    """All lists that we trust."""

    items = fields.List(fields.Nested(TrustedListSchema))


class AddressSchema(WireSchema):
    """The address of a publisher: its home page, its actor, or @name@host."""

    address = Text(required=True, least=1, most=500)


class ReportsPageSchema(PageSchema):
    """Which reports."""

    state = fields.String(load_default=OPEN, validate=validate.OneOf((OPEN, HANDLED)))


class ReportSchema(WireSchema):
    """A report as the board sees it."""

    id = fields.Integer(attribute="report.id")
    about = fields.List(fields.String(), attribute="report.about")
    owner_uri = fields.String(attribute="report.owner_uri")
    reason = fields.String(attribute="report.reason")
    text = fields.String(attribute="report.text")
    reporter = fields.String()
    reporter_uri = fields.String(attribute="report.reporter_uri")
    is_ours = fields.Boolean(attribute="report.is_ours")
    sent_to = fields.List(fields.String())
    times = fields.Integer(attribute="report.times")
    state = fields.String(attribute="report.state")
    verdict = fields.String(attribute="report.verdict")
    answer = fields.String(attribute="report.answer")
    handled_by = fields.String(attribute="report.handled_by")
    handled_at = Instant(attribute="report.handled_at", allow_none=True)
    created_at = Instant(attribute="report.created_at")


class ReportsSchema(PagedSchema):
    """A page of reports, newest first."""

    items = fields.List(fields.Nested(ReportSchema), attribute="reports")


class NewReportSchema(WireSchema):
    """A report to send. ``text`` leaves this node word for word: nothing about people in it."""

    about = Text(required=True, least=1, most=2000)
    reason = fields.String(required=True, validate=validate.OneOf(REPORT_REASONS.codes))
    text = Text(load_default="", most=500, lines=True)
    to_owner = fields.Boolean(load_default=False)


class VerdictSchema(WireSchema):
    """What is decided about a report, and why."""

    verdict = fields.String(required=True, validate=validate.OneOf(VERDICTS))
    answer = Text(load_default="", most=MOST_ANSWER)
