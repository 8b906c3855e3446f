"""Messages to a selection for programs: see what each would get, send, and look back. No address is told."""

from __future__ import annotations

from typing import Any

from flask_smorest import Blueprint
from marshmallow import EXCLUDE, fields

from directory.replica.entries import get_entry
from federation.actors.identities import base_url
from federation.flask_session import commit, current_runtime, current_session
from node.accounts.access import Action, require
from node.api.access import token_or_session
from node.coordination import mailing, views
from node.coordination.mailing_copies import MOST_MESSAGES, MOST_TRACES, list_messages, traces_of
from node.coordination.mailing_recipients import Recipient, Recipients, recipients_of
from schemas.fields import Instant, Text, WireSchema, many

bp = Blueprint(
    "mailing_api",
    __name__,
    url_prefix="/api/v1/coordination",
    description="Messages to all initiatives of a saved selection",
)


class NewMessageSchema(WireSchema):
    """What to write; the words of `mailing.PLACES` between braces are filled in for each."""

    subject = Text(required=True, least=1, most=mailing.MOST_SUBJECT)
    text = Text(required=True, least=1, most=mailing.MOST_TEXT, lines=True)


class AddresseeSchema(WireSchema):
    """An initiative; its address is not told."""

    id = fields.String(attribute="entry.key")
    name = fields.String(attribute="entry.name")


class PreviewSchema(AddresseeSchema):
    """What one initiative would get, without the name of whom we ask there and without the link below it."""

    subject = fields.String()
    text = fields.String()


class ReachSchema(WireSchema):
    """Whom a message reaches, and whom not."""

    reached = fields.Integer(metadata={"description": "by mail; each address once"})
    refused = fields.Integer(metadata={"description": "who asked for no more messages"})
    without = many(fields.Nested(AddresseeSchema), most=mailing.MOST)
    bad_addresses = many(fields.Nested(AddresseeSchema), most=mailing.MOST)


class PreviewsSchema(ReachSchema):
    """What each would get."""

    items = many(fields.Nested(PreviewSchema), most=mailing.MOST)


class SentMessageSchema(WireSchema):
    """A message that was sent, to how many, and how many of them said “no more” by its link."""

    subject = fields.String(attribute="message.subject")
    by = fields.String(attribute="message.by")
    at = Instant(attribute="message.at")
    sent = fields.Integer()
    refused = fields.Integer()


class SentMessagesSchema(WireSchema):
    """The newest first."""

    items = many(fields.Nested(SentMessageSchema), most=MOST_MESSAGES)


class MessageTraceSchema(WireSchema):
    """A message that one initiative got."""

    subject = fields.String(attribute="message.subject")
    by = fields.String(attribute="message.by")
    at = Instant(attribute="message.at")
    refused = Instant(attribute="copy.refused_at", allow_none=True)


class MessageTracesSchema(WireSchema):
    """The newest first."""

    items = many(fields.Nested(MessageTraceSchema), most=MOST_TRACES)


class TraceArgumentsSchema(WireSchema):
    """Of which entry."""

    class Meta:
        """Ignore unknown parameters."""

        unknown = EXCLUDE

    entry = fields.String(required=True)


@bp.post("/views/<int:view_id>/message/preview")
@token_or_session("read", Action.COORDINATE)
@bp.arguments(NewMessageSchema)
@bp.response(200, PreviewsSchema)
def preview(wanted: dict[str, str], view_id: int) -> dict[str, Any]:
    """What each initiative would get; nothing is sent."""
    subject, text = mailing.check(wanted["subject"], wanted["text"])
    recipients = _recipients(view_id)
    base = base_url(current_session)
    items = [_previewed(base, each, subject, text) for each in recipients.by_mail[: mailing.MOST]]
    return {**_reach(recipients), "items": items}


@bp.post("/views/<int:view_id>/message")
@token_or_session("write:directory", Action.COORDINATE)
@bp.arguments(NewMessageSchema)
@bp.response(201, ReachSchema)
def send(wanted: dict[str, str], view_id: int) -> dict[str, Any]:
    """Write each initiative of a selection in its own name."""
    by, settings, recipients = (
        require(Action.COORDINATE).name,
        current_runtime().settings,
        _recipients(view_id),
    )
    mailing.send(current_session, settings, recipients, wanted["subject"], wanted["text"], by=by)
    commit()
    return _reach(recipients)


@bp.get("/messages")
@token_or_session("read", Action.COORDINATE)
@bp.response(200, SentMessagesSchema)
def list_sent() -> dict[str, Any]:
    """What was sent."""
    return {"items": list_messages(current_session)}


@bp.get("/messages/to")
@token_or_session("read", Action.COORDINATE)
@bp.arguments(TraceArgumentsSchema, location="query")
@bp.response(200, MessageTracesSchema)
def list_traces(arguments: dict[str, str]) -> dict[str, Any]:
    """What one entry got."""
    return {"items": traces_of(current_session, get_entry(current_session, arguments["entry"]))}


def _recipients(view_id: int) -> Recipients:
    shown = views.show_view(current_session, views.get_view(current_session, view_id))
    return recipients_of(current_session, shown.choice.selection)


def _reach(recipients: Recipients) -> dict[str, Any]:
    return {
        "reached": len(recipients.by_mail),
        "refused": recipients.refused,
        "without": recipients.without[: mailing.MOST],
        "bad_addresses": recipients.bad[: mailing.MOST],
    }


def _previewed(base: str, recipient: Recipient, subject: str, text: str) -> dict[str, Any]:
    told = [mailing.fill(base, each, recipient, with_person=False) for each in (subject, text)]
    return {"entry": recipient.entry, "subject": told[0], "text": told[1]}
