"""Is this node alive? For the supervisor, containers and the curious."""

from __future__ import annotations

from flask import Blueprint, Response, json
from sqlalchemy.exc import SQLAlchemyError

from federation.flask_session import current_session
from node.communities.models import find_community

bp = Blueprint("health", __name__)


@bp.get("/healthz")
def healthz() -> Response:
    """200 when the database answers and has its tables, 503 otherwise."""
    try:
        is_set_up = find_community(current_session) is not None
    except SQLAlchemyError:
        return _answer(503, {"status": "database unavailable"})
    return _answer(200, {"status": "ok", "setUp": is_set_up})


def _answer(status: int, document: dict[str, object]) -> Response:
    headers = {"Cache-Control": "no-store"}
    return Response(json.dumps(document), status, headers, mimetype="application/json")
