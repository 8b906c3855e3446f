"""A selection of the guide as a file, in every form that others can use."""

from __future__ import annotations

from flask import Blueprint, Response, request

from node.guide.selection import read_clear_choice
from node.limits import whole_files
from node.open_data.forms import FORMS, file_of

bp = Blueprint("downloads", __name__)


@bp.get(f"/gids.<any({', '.join(map(repr, FORMS))}):form>")
@whole_files
def download(form: str) -> Response:
    """The whole selection, as a table, a map layer or linked data."""
    return file_of(FORMS[form], read_clear_choice(request.args).selection)
