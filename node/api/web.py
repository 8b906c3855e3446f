"""The API as a whole: its description in OpenAPI, and that same description for people."""

from __future__ import annotations

from threading import Lock
from typing import Any

from flask import Blueprint, Flask, Response, jsonify, render_template
from flask_smorest import Api
from flask_smorest import Blueprint as ApiBlueprint

from node.accounts.tokens import SCOPES
from node.limits import API, limiter

PREFIX = "/api/v1"
METHODS = ("get", "post", "put", "patch", "delete")

bp = Blueprint("api_docs", __name__, template_folder="templates")


class OmzienApi(Api):  # type: ignore[misc]  # flask-smorest is untyped
    """The API; it is described when somebody asks, for most processes are never asked."""

    def __init__(self, app: Flask) -> None:
        self._undescribed: list[ApiBlueprint] = []
        self._describing = Lock()
        super().__init__(app)

    def register_blueprint(self, blp: ApiBlueprint, **_options: Any) -> None:
        """Let a part answer; what it is, `description` tells."""
        self._app.extensions["flask-smorest"]["blp_name_to_api"][blp.name] = self
        self._app.register_blueprint(blp)
        self._undescribed.append(blp)

    def description(self) -> dict[str, Any]:
        """The whole API in OpenAPI 3.1."""
        with self._describing:
            for blp in self._undescribed:
                blp.register_views_in_doc(self, self._app, self.spec, name=blp.name, parameters=None)
                self.spec.tag({"name": blp.name, "description": blp.description})
            self._undescribed.clear()
        described: dict[str, Any] = self.spec.to_dict()
        return described

    def _openapi_json(self) -> Response:
        return jsonify(self.description())

    def _register_error_handlers(self) -> None:
        """Leave errors to node.errors.handler, the application's one."""


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
    groups = _groups(own.description())
    return render_template("api/index.html", groups=groups, scopes=SCOPES, prefix=PREFIX)


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
