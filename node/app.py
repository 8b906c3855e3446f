"""The application: one list of parts, in the order in which they need one another."""

from __future__ import annotations

import hashlib
from datetime import timedelta

from flask import Flask
from werkzeug.middleware.proxy_fix import ProxyFix

import node.models  # noqa: F401  # all tables, before the first query
from federation import flask_session
from federation.receiving.door import Door
from federation.runtime import Runtime, build_runtime, install
from federation.settings import Settings
from node import blueprints, limits
from node.accounts.security import init_app as init_accounts
from node.communities import gate
from node.errors.handler import init_app as init_errors
from node.layout import csrf, headers, languages
from node.layout import web as layout

LARGEST_FORM = 2 * 1024 * 1024  # bytes


def create_app(settings: Settings, runtime: Runtime | None = None) -> Flask:
    """The web application of one node."""
    app = Flask("node", static_folder="static", template_folder="layout/templates")
    built = runtime or build_runtime(settings)
    app.wsgi_app = Door(app.wsgi_app, built, headers.HEADERS.items())  # type: ignore[method-assign]
    _configure(app, settings)
    install(built)
    flask_session.init_app(app, built)
    init_errors(app)
    headers.init_app(app)
    languages.init_app(app)
    limits.init_app(app, settings)
    gate.init_app(app)
    csrf.init_app(app)
    init_accounts(app, settings)
    layout.init_app(app)
    blueprints.init_app(app)
    return app


def _configure(app: Flask, settings: Settings) -> None:
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True
    app.config.update(
        SECRET_KEY=settings.resolved_secret_key,
        MAX_CONTENT_LENGTH=LARGEST_FORM,
        MAX_FORM_MEMORY_SIZE=LARGEST_FORM,
        SESSION_COOKIE_NAME=_cookie_name(settings),
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_SECURE=settings.public_url.startswith("https:"),
        PERMANENT_SESSION_LIFETIME=timedelta(hours=12),
        SEND_FILE_MAX_AGE_DEFAULT=timedelta(days=7),
    )
    if settings.trusted_proxies:
        hops = settings.trusted_proxies
        app.wsgi_app = ProxyFix(app.wsgi_app, hops, hops, hops, hops)  # type: ignore[method-assign]


def _cookie_name(settings: Settings) -> str:
    """A name of this node's own: browsers share cookies between the ports of one host."""
    address = settings.public_url or f"{settings.host}:{settings.port}"
    return f"omzien_{hashlib.sha256(address.encode()).hexdigest()[:8]}"
