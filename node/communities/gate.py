"""Until the node is set up every page leads to the set-up, and nothing else answers."""

from __future__ import annotations

from flask import Flask, current_app, redirect, request, url_for
from werkzeug.wrappers import Response

from federation.flask_session import current_session
from node.communities.models import find_community
from node.layout.csrf import is_wire_route
from schemas.errors import NotReady

OPEN = {"static", "layout.language", "layout.display", "health.healthz"}


def init_app(app: Flask) -> None:
    """Look before every request."""
    app.before_request(_lead_to_set_up)


def _lead_to_set_up() -> Response | None:
    if request.endpoint in OPEN or request.blueprint == "begin" or _is_set_up():
        return None
    if _is_page():
        return redirect(url_for("begin.start"))
    raise NotReady()


def _is_set_up() -> bool:
    """True once set up; remembered, because it never becomes untrue."""
    state = current_app.extensions.setdefault("omzien_gate", {"set_up": False})
    if not state["set_up"]:
        state["set_up"] = find_community(current_session) is not None
    return bool(state["set_up"])


def _is_page() -> bool:
    """True for what people open: a route of node/ that is no API call."""
    if request.method != "GET" or request.path.startswith("/api/"):
        return False
    return not is_wire_route()
