"""The set-up wizard at /begin."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("begin", __name__, template_folder="templates", url_prefix="/begin")


@bp.get("")
def start() -> str:
    """The first step."""
    return ""
