"""The address of a picture: from this node always, whoever made it."""

from __future__ import annotations

from flask import Blueprint, Response

from directory.pictures import service
from federation.flask_session import current_session
from node.accounts.access import Action, may
from schemas.errors import NotFound

bp = Blueprint("pictures", __name__, url_prefix="/afbeeldingen")


@bp.get("/<name>")
def show(name: str) -> Response:
    """A picture that a format of the network shows; to the team also those of drafts."""
    digest = f"sha256:{name}"
    picture = service.find(current_session, digest)
    is_public = picture is not None and service.is_public(current_session, digest)
    if picture is None or not (is_public or may(Action.EDIT_TEMPLATE)):
        raise NotFound(cause=f"picture {name[:80]}")
    answer = Response(picture.data, mimetype=picture.media_type)
    answer.headers["Content-Security-Policy"] = "default-src 'none'"
    # what has this name never changes; one of a draft is for its team only
    reach = "public" if is_public else "private"
    answer.headers["Cache-Control"] = f"{reach}, max-age=31536000, immutable"
    return answer


@bp.app_template_global()
def picture_name(digest: str) -> str:
    """The last part of a picture's address."""
    return digest.removeprefix("sha256:")


@bp.app_template_global()
def pictures_here(digests: list[str]) -> set[str]:
    """Those of these pictures that this node has, and so can show."""
    return service.kept_among(current_session, digests)
