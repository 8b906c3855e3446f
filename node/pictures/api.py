"""Pictures for programs: send one, and put what comes back into the content of a format."""

from __future__ import annotations

from typing import Any

from flask import request
from flask_smorest import Blueprint
from marshmallow import fields

from directory.pictures import service
from directory.pictures.encoding import MOST_SENT
from federation.flask_session import commit, current_session
from node.accounts.access import Action
from node.api.access import token_or_session
from schemas.fields import WireSchema

bp = Blueprint("pictures_api", __name__, url_prefix="/api/v1/pictures", description="Pictures of formats")


class KeptPictureSchema(WireSchema):
    """A picture as it is kept: give it a ``key`` and an ``alt`` within the content of a format."""

    media_type = fields.String()
    digest = fields.String()
    width = fields.Integer()
    height = fields.Integer()


@bp.url_value_preprocessor
def _allow_pictures(_endpoint: str | None, _values: dict[str, Any] | None) -> None:
    """A photograph is larger than a form; before anything reads the request."""
    request.max_content_length = MOST_SENT + 1


@bp.post("")
@token_or_session("write:templates", Action.EDIT_TEMPLATE)
@bp.response(201, KeptPictureSchema)
def send_picture() -> dict[str, Any]:
    """Keep a picture: its bytes are the body. It is made small; what a camera wrote beside it is dropped."""
    encoded = service.keep_sent(current_session, request.get_data())
    commit()
    return vars(encoded)
