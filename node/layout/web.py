"""What every page gets, and the two switches of its header: language and large letters."""

from __future__ import annotations

import hashlib
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit

from flask import Blueprint, Flask, redirect, request, url_for
from werkzeug.wrappers import Response as BaseResponse

from node.layout.icons import icon_svg
from node.layout.languages import COOKIE, LANGUAGES
from node.layout.page import page

bp = Blueprint("layout", __name__)

SIZE_COOKIE = "size"
SIZES = ("normal", "large")
_YEAR = 365 * 24 * 3600
_STATIC = Path(__file__).parents[1] / "static"


@bp.post("/taal")
def language() -> BaseResponse:
    """Switch between Dutch and English, and remember it."""
    return _remember(COOKIE, request.form.get("language", ""), LANGUAGES)


@bp.post("/weergave")
def display() -> BaseResponse:
    """Switch large letters on or off, and remember it."""
    return _remember(SIZE_COOKIE, request.form.get("size", ""), SIZES)


def local_path(address: str | None, otherwise: str) -> str:
    """``address`` when it is a path on this node, else ``otherwise``: no open redirects."""
    if not address or not address.startswith("/") or address.startswith(("//", "/\\")):
        return otherwise
    parts = urlsplit(address)
    return otherwise if parts.scheme or parts.netloc else address


def init_app(app: Flask) -> None:
    """Give templates the page's context, icons and addresses of static files."""
    app.context_processor(lambda: {"page": page()})
    app.add_template_global(icon_svg)
    app.add_template_global(static_url)
    app.register_blueprint(bp)


def static_url(name: str) -> str:
    """The address of a static file, with its content's hash so that browsers may keep it."""
    return url_for("static", filename=name, v=_content_hash(name))


@cache
def _content_hash(name: str) -> str | None:
    file = _STATIC / name
    return hashlib.sha256(file.read_bytes()).hexdigest()[:10] if file.is_file() else None


def _remember(cookie: str, value: str, allowed: tuple[str, ...]) -> BaseResponse:
    answer = redirect(local_path(request.form.get("next"), "/"), 303)
    if value in allowed:
        _set(answer, cookie, value)
    return answer


def _set(answer: BaseResponse, cookie: str, value: str) -> None:
    answer.set_cookie(cookie, value, max_age=_YEAR, httponly=True, samesite="Lax", secure=request.is_secure)
