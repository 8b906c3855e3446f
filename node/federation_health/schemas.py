"""The health of the network as programs read it."""

from __future__ import annotations

from marshmallow import EXCLUDE, fields, validate

from federation.database import LAST_ROW
from federation.health.peers import CONDITIONS, FILTERS
from node.federation_health.comparisons import STATES
from schemas.fields import Instant, Text, WireSchema


def _row() -> fields.Integer:
    return fields.Integer(validate=validate.Range(1, LAST_ROW))


class _QuerySchema(WireSchema):
    class Meta:
        """Ignore unknown parameters."""

        unknown = EXCLUDE


class PeersQuerySchema(_QuerySchema):
    """Which peers."""

    show = fields.String(load_default="all", validate=validate.OneOf(list(FILTERS)))
    q = fields.String(load_default="", validate=validate.Length(max=200))
    page = fields.Integer(load_default=1, validate=validate.Range(1, 100_000))


class LettersQuerySchema(_QuerySchema):
    """Which dead letters."""

    host = fields.String(load_default=None, validate=validate.Length(max=260))
    page = fields.Integer(load_default=1, validate=validate.Range(1, 100_000))


class ProblemSchema(WireSchema):
    """What went wrong last: a code of a closed list, and the words for it."""

    reason = fields.String()
    text = fields.String()
    advice = fields.String()
    status = fields.Integer(allow_none=True)
    error = fields.String()


class AlarmSchema(WireSchema):
    """Something to look at."""

    host = fields.String()
    kind = fields.String()
    at = Instant(allow_none=True)
    text = fields.String()
    advice = fields.String()


class PeerSchema(WireSchema):
    """How one peer is doing."""

    host = fields.String()
    name = fields.String()
    condition = fields.String(validate=validate.OneOf(CONDITIONS))
    due = fields.Integer()
    given_up = fields.Integer()
    oldest_at = Instant(allow_none=True)
    next_at = Instant(allow_none=True)
    last_success_at = Instant(allow_none=True)
    last_heard_at = Instant(allow_none=True)
    last_failure_at = Instant(allow_none=True)
    failures = fields.Integer()
    pause_until = Instant(allow_none=True)
    clock_skew = fields.Float(allow_none=True)
    our_scheme = fields.String()
    their_scheme = fields.String()
    software = fields.String()
    problem = fields.Nested(ProblemSchema, allow_none=True)
    alarms = fields.List(fields.Nested(AlarmSchema))


class QueuesSchema(WireSchema):
    """How much waits, in both directions."""

    due = fields.Integer()
    later = fields.Integer()
    given_up = fields.Integer()
    oldest_due_at = Instant(allow_none=True)
    waiting = fields.Integer()
    oldest_waiting_at = Instant(allow_none=True)
    failed = fields.Dict(keys=fields.String(), values=fields.Integer())
    ignored = fields.Dict(keys=fields.String(), values=fields.Integer())
    is_late = fields.Boolean()


class StepSchema(WireSchema):
    """One step of a round trip."""

    code = fields.String()
    outcome = fields.String()
    milliseconds = fields.Integer()
    reason = fields.String()
    detail = fields.String()


class RoundTripSchema(WireSchema):
    """A round trip, as far as it is."""

    id = fields.Integer()
    host = fields.String()
    state = fields.String()
    is_over = fields.Boolean()
    is_stuck = fields.Boolean()
    asked_at = Instant()
    asked_by = fields.String()
    finished_at = Instant(allow_none=True)
    steps = fields.List(fields.Nested(StepSchema))


class HealthSchema(WireSchema):
    """The network at a glance."""

    peers = fields.List(fields.Nested(PeerSchema))
    total = fields.Integer()
    page = fields.Integer()
    pages = fields.Integer()
    counts = fields.Dict(keys=fields.String(), values=fields.Integer())
    queues = fields.Nested(QueuesSchema)
    alarms = fields.List(fields.Nested(AlarmSchema))
    round_trip = fields.Nested(RoundTripSchema, allow_none=True)


class LetterSchema(WireSchema):
    """One message that was given up."""

    id = fields.Integer()
    host = fields.String()
    what = fields.String()
    name = fields.String()
    activity = fields.String()
    written_at = Instant()
    given_up_at = Instant(allow_none=True)
    attempts = fields.Integer()
    problem = fields.Nested(ProblemSchema)


class LettersSchema(WireSchema):
    """A page of dead letters, the latest first."""

    items = fields.List(fields.Nested(LetterSchema))
    total = fields.Integer()
    page = fields.Integer()
    pages = fields.Integer()


class WhichSchema(WireSchema):
    """Some by number, or all of a host: one of the two."""

    ids = fields.List(_row(), validate=validate.Length(1, 1000))
    host = Text(least=1, most=260)


class StepBackSchema(WireSchema):
    """One step of putting away: the host and the instant that the answer gave."""

    host = Text(required=True, least=1, most=260)
    at = Instant(required=True)


class ChangedSchema(WireSchema):
    """How many messages it was about."""

    count = fields.Integer()


class HubComparisonSchema(WireSchema):
    """The last comparison with one hub; the numbers are of the last one, or of the one going on."""

    hub = fields.String()
    name = fields.String()
    state = fields.String(validate=validate.OneOf(STATES))
    listed = fields.Integer()
    different = fields.Integer()
    mended = fields.Integer()
    unlisted = fields.Integer()
    started_at = Instant(allow_none=True)
    finished_at = Instant(allow_none=True)
    next_at = Instant(allow_none=True)
    problem = fields.Nested(ProblemSchema, allow_none=True)


class KeyDifferenceSchema(WireSchema):
    """Keys of a member in a hub's list and in its own document that have nothing in common."""

    hub = fields.String()
    member = fields.String()
    member_name = fields.String()
    listed = fields.List(fields.String())
    at_origin = fields.List(fields.String())
    at_fault = fields.String(validate=validate.OneOf(["hub", "member"]))
    since = Instant(allow_none=True)


class KeyProgressSchema(WireSchema):
    """How far the comparison of keys is."""

    members = fields.Integer()
    compared = fields.Integer()


class ComparisonsSchema(WireSchema):
    """What came of comparing."""

    hubs = fields.List(fields.Nested(HubComparisonSchema))
    keys = fields.Nested(KeyProgressSchema)
    differences = fields.List(fields.Nested(KeyDifferenceSchema))


class CompareSchema(WireSchema):
    """With which hub."""

    hub = Text(required=True, least=1, most=2000)


class PutAwaySchema(WireSchema):
    """What was put away in one step for one host."""

    host = fields.String()
    at = Instant()
    by = fields.String()
    count = fields.Integer()


class PutAwayListSchema(WireSchema):
    """What was put away last."""

    items = fields.List(fields.Nested(PutAwaySchema))


class FailureSchema(WireSchema):
    """One message that came in and failed."""

    id = fields.Integer()
    uri = fields.String()
    actor_uri = fields.String()
    type = fields.String()
    object_type = fields.String()
    error = fields.String()
    attempts = fields.Integer()
    received_at = Instant()


class FailuresSchema(WireSchema):
    """A page of what came in and failed, the latest first."""

    items = fields.List(fields.Nested(FailureSchema), attribute="messages")
    total = fields.Integer()
    page = fields.Integer()
    pages = fields.Integer()


class FailureIdsSchema(WireSchema):
    """Which failed messages; without numbers all of them."""

    ids = fields.List(_row(), load_default=None, validate=validate.Length(1, 1000))


class DismissSchema(WireSchema):
    """Why a warning is put aside."""

    reason = Text(required=True, least=1, most=500)
