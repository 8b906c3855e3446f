"""The API as a whole: its description in OpenAPI, and that same description for people."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Flask, render_template
from flask_smorest import Api
from flask_smorest import Blueprint as ApiBlueprint

from node.accounts.tokens import SCOPES
from node.limits import API, limiter

PREFIX = "/api/v1"
METHODS = ("get", "post", "put", "patch", "delete")

bp = Blueprint("api_docs", __name__, template_folder="templates")


class OmzienApi(Api):  # type: ignore[misc]  # flask-smorest is untyped
    """The API; its errors are told by the application's one handler."""

    def _register_error_handlers(self) -> None:
        """Leave errors to node.errors.handler."""


def init_app(app: Flask, blueprints: tuple[ApiBlueprint, ...]) -> None:
    """Describe and register the API's parts, each with the API's rate limit."""
    app.config.update(
        API_TITLE="Omzien",
        API_VERSION="v1",
        OPENAPI_VERSION="3.1.0",
        OPENAPI_URL_PREFIX=PREFIX,
        OPENAPI_JSON_PATH="openapi.json",
        API_SPEC_OPTIONS={"info": {"description": "The public records and the work of one node."}},
    )
    own = OmzienApi(app)
    own.spec.components.security_scheme(
        "token", {"type": "http", "scheme": "bearer", "description": "A personal access token"}
    )
    for blueprint in blueprints:
        limiter.limit(API)(blueprint)
        own.register_blueprint(blueprint)
    app.register_blueprint(bp)
    app.add_url_rule(PREFIX, "api_docs.index", lambda: _index(own))


def _index(own: Api) -> str:
    """The calls in words, made from the same description that programs read."""
    spec = own.spec.to_dict()
    return render_template("api/index.html", groups=_groups(spec), scopes=SCOPES, prefix=PREFIX)


def _groups(spec: dict[str, Any]) -> dict[str, list[dict[str, Any]]]:
    """The calls by subject, in the order of the description."""
    groups: dict[str, list[dict[str, Any]]] = {}
    for path, methods in spec.get("paths", {}).items():
        for method in METHODS:
            if method in methods:
                call = _call(path, method, methods)
                groups.setdefault(call.pop("group"), []).append(call)
    return groups


def _call(path: str, method: str, methods: dict[str, Any]) -> dict[str, Any]:
    operation = methods[method]
    parameters = [*methods.get("parameters", []), *operation.get("parameters", [])]
    security = operation.get("security") or []
    return {
        "group": (operation.get("tags") or ["other"])[0],
        "method": method.upper(),
        "path": path,
        "summary": operation.get("summary", ""),
        "parameters": [parameter["name"] for parameter in parameters if "name" in parameter],
        "scope": next((scope for one in security for scope in one.get("token", [])), ""),
    }
