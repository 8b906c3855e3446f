"""Mail that could not be delivered, for programs."""

from __future__ import annotations

from typing import Any

from flask_smorest import Blueprint
from marshmallow import fields, validate

from federation.flask_session import commit, current_session
from node.accounts.access import Action
from node.api.access import token_or_session
from node.api.schemas import ArgumentsSchema, PagedSchema
from node.mail import failures
from node.mail.models import MailMessage
from schemas.fields import Instant, WireSchema

bp = Blueprint("mail_api", __name__, url_prefix="/api/v1/mail/failed", description="Mail that failed")


class FailedQuerySchema(ArgumentsSchema):
    """Which page of the failed mail."""

    page = fields.Integer(load_default=1, validate=validate.Range(1, 10_000))


class FailedMailSchema(WireSchema):
    """One message; its text is not told."""

    id = fields.Integer()
    recipient = fields.String()
    subject = fields.String()
    state = fields.String(metadata={"description": "'gave_up', 'aside', or 'due' when it is sent again"})
    error = fields.String()
    created = Instant(attribute="created_at")


class FailedMailListSchema(PagedSchema):
    """A page of messages that were given up, the newest first."""

    items = fields.List(fields.Nested(FailedMailSchema))


@bp.get("")
@token_or_session("read", Action.COORDINATE)
@bp.arguments(FailedQuerySchema, location="query")
@bp.response(200, FailedMailListSchema)
def list_failed(query: dict[str, Any]) -> dict[str, Any]:
    """The messages that wait for a person."""
    found = failures.list_failed(current_session, query["page"])
    return {"items": found.messages, "total": found.total, "page": found.page, "pages": found.pages}


@bp.post("/<int:message_id>/again")
@token_or_session("write:directory", Action.COORDINATE)
@bp.response(200, FailedMailSchema)
def send_again(message_id: int) -> MailMessage:
    """Try it once more."""
    message = failures.send_again(current_session, message_id)
    commit()
    return message


@bp.post("/<int:message_id>/aside")
@token_or_session("write:directory", Action.COORDINATE)
@bp.response(200, FailedMailSchema)
def lay_aside(message_id: int) -> MailMessage:
    """Nothing more has to be done about it."""
    message = failures.lay_aside(current_session, message_id)
    commit()
    return message


@bp.delete("/<int:message_id>/aside")
@token_or_session("write:directory", Action.COORDINATE)
@bp.response(200, FailedMailSchema)
def put_back(message_id: int) -> MailMessage:
    """It was laid aside by mistake."""
    message = failures.put_back(current_session, message_id)
    commit()
    return message
