"""Pages of mail: what could not be delivered, to send again or lay aside."""

from __future__ import annotations

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from federation.flask_session import commit, current_runtime, current_session
from node.accounts.access import Action, needs
from node.mail import failures
from node.mail.service import is_on
from schemas.paging import read_page

bp = Blueprint("mail", __name__, template_folder="templates", url_prefix="/werkkamer/post")


@bp.get("")
@needs(Action.COORDINATE)
def index() -> str:
    """The messages that were given up."""
    return render_template(
        "mail/failures.html",
        found=failures.list_failed(current_session, read_page(request.args)),
        aside=failures.list_aside(current_session),
        mail_is_on=is_on(current_runtime().settings),
        days=failures.DAYS,
        page_url=lambda number: url_for(".index", page=number),
    )


@bp.post("/<int:message_id>/opnieuw")
@needs(Action.COORDINATE)
def send_again(message_id: int) -> Response:
    """Try it once more."""
    failures.send_again(current_session, message_id)
    commit()
    flash(_("It goes out once more. If that fails too, it is back here."))
    return redirect(url_for(".index"), 303)


@bp.post("/<int:message_id>/opzij")
@needs(Action.COORDINATE)
def lay_aside(message_id: int) -> Response:
    """Nothing more has to be done about it."""
    failures.lay_aside(current_session, message_id)
    commit()
    flash(_("Laid aside. You can undo this at the bottom of the page."))
    return redirect(url_for(".index"), 303)


@bp.post("/<int:message_id>/terug")
@needs(Action.COORDINATE)
def put_back(message_id: int) -> Response:
    """It was laid aside by mistake."""
    failures.put_back(current_session, message_id)
    commit()
    flash(_("Undone."))
    return redirect(url_for(".index"), 303)
