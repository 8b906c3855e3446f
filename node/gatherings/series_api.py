"""The life of a series for programs: a pause, the end, the version it follows."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from flask_smorest import Blueprint
from marshmallow import fields

from federation.flask_session import commit, current_session
from node.accounts.access import Action
from node.api.access import token_or_session
from node.gatherings import series, service
from node.gatherings.api import GatheringSchema, shown
from node.gatherings.series import PauseSchema, StopSchema
from node.gatherings.series_pages import this_moment
from schemas.fields import WireSchema

bp = Blueprint("series_api", __name__, url_prefix="/api/v1/gatherings", description="Things to do")


class VersionSchema(WireSchema):
    """Which version of its format a series is to follow."""

    version = fields.Integer(required=True, strict=True)


@bp.put("/<int:gathering_id>/pause")
@token_or_session("write:gatherings", Action.EDIT_GATHERING)
@bp.arguments(PauseSchema)
@bp.response(200, GatheringSchema)
def pause(values: dict[str, Any], gathering_id: int) -> dict[str, Any]:
    """Let a series rest; without a first day from today, without a last day until further notice."""
    return _do(gathering_id, series.pause, PauseSchema().dump(values))


@bp.delete("/<int:gathering_id>/pause")
@token_or_session("write:gatherings", Action.EDIT_GATHERING)
@bp.response(200, GatheringSchema)
def resume(gathering_id: int) -> dict[str, Any]:
    """End the pause."""
    return _do(gathering_id, series.resume)


@bp.put("/<int:gathering_id>/end")
@token_or_session("write:gatherings", Action.EDIT_GATHERING)
@bp.arguments(StopSchema)
@bp.response(200, GatheringSchema)
def stop(values: dict[str, Any], gathering_id: int) -> dict[str, Any]:
    """End a series after a day, today when none is given; the reason is a code of a closed list."""
    return _do(gathering_id, series.stop, StopSchema().dump(values))


@bp.delete("/<int:gathering_id>/end")
@token_or_session("write:gatherings", Action.EDIT_GATHERING)
@bp.response(200, GatheringSchema)
def go_on(gathering_id: int) -> dict[str, Any]:
    """Take the end back."""
    return _do(gathering_id, series.go_on)


@bp.put("/<int:gathering_id>/version")
@token_or_session("write:gatherings", Action.EDIT_GATHERING)
@bp.arguments(VersionSchema)
@bp.response(200, GatheringSchema)
def follow_version(values: dict[str, Any], gathering_id: int) -> dict[str, Any]:
    """Let a series follow another version of its format."""
    gathering = service.open_gathering(current_session, gathering_id, member=True)
    series.follow_version(current_session, gathering, values["version"])
    commit()
    return shown(gathering)


def _do(gathering_id: int, change: Callable[..., None], *data: Any) -> dict[str, Any]:
    gathering = service.open_gathering(current_session, gathering_id, member=True)
    change(current_session, gathering, *data, this_moment())
    commit()
    return shown(gathering)
