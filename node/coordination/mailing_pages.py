"""Pages of messages to a selection: write one, see each initiative's own, and look back at what was sent."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask_babel import ngettext
from werkzeug.wrappers import Response as BaseResponse

from directory.replica.entries import Entry
from federation.actors.identities import base_url
from federation.flask_session import commit, current_runtime, current_session
from node.accounts.access import Action, needs, require
from node.coordination import mailing, views
from node.coordination.mailing_copies import Trace, list_messages, traces_of
from node.coordination.mailing_recipients import Recipients, as_csv, recipients_of
from node.mail.service import is_on
from schemas.errors import InvalidInput
from schemas.numbers import read_digits

bp = Blueprint("mailing", __name__, template_folder="templates")
Page = str | BaseResponse | tuple[str, int]


@bp.get("/werkkamer/berichten")
@needs(Action.COORDINATE)
def index() -> Page:
    """What was sent before."""
    return render_template("coordination/messages.html", messages=list_messages(current_session))


@bp.get("/werkkamer/selecties/<int:view_id>/bericht")
@needs(Action.COORDINATE)
def message(view_id: int) -> Page:
    """Write to everybody in a selection."""
    return _message(view_id, {}, "", "")


@bp.post("/werkkamer/selecties/<int:view_id>/bericht")
@needs(Action.COORDINATE)
def send(view_id: int) -> Page:
    """See what each of them would get, then send."""
    subject, text, by = (
        request.form.get("subject", ""),
        request.form.get("text", ""),
        require(Action.COORDINATE),
    )
    try:
        if request.form.get("do") != "send":
            mailing.check(subject, text)
            return _message(view_id, {}, subject, text, look=read_digits(request.form.get("look", "")) or 0)
        recipients = _recipients(view_id)
        settings = current_runtime().settings
        count = mailing.send(current_session, settings, recipients, subject, text, by=by.name)
    except InvalidInput as error:
        fields = error.fields or {"text": [error]}
        return _message(view_id, fields, subject, text), 422
    commit()
    flash(ngettext("%(num)s message is on its way.", "%(num)s messages are on their way.", count))
    if recipients.bad:
        flash(_bad_in_words(recipients), "error")
    return redirect(url_for(".index"), 303)


@bp.get("/werkkamer/selecties/<int:view_id>/adressen.csv")
@needs(Action.COORDINATE)
def addresses(view_id: int) -> Response:
    """Names and addresses for the mail merge of a word processor."""
    answer = Response(as_csv(_recipients(view_id).listed), mimetype="text/csv")
    answer.headers["Content-Disposition"] = 'attachment; filename="adressen.csv"'
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _recipients(view_id: int) -> Recipients:
    shown = views.show_view(current_session, views.get_view(current_session, view_id))
    return recipients_of(current_session, shown.choice.selection)


def _message(
    view_id: int, errors: dict[str, Any], subject: str, text: str, *, look: int | None = None
) -> str:
    recipients = _recipients(view_id)
    return render_template(
        "coordination/message.html",
        view=views.get_view(current_session, view_id),
        recipients=recipients,
        errors=errors,
        subject=subject,
        text=text,
        example=_example(recipients, subject, text, look) if look is not None else None,
        places=mailing.PLACES,
        mail_is_on=is_on(current_runtime().settings),
    )


def _example(recipients: Recipients, subject: str, text: str, number: int) -> dict[str, Any] | None:
    """What one of them would get; None when nobody gets anything."""
    chosen = recipients.by_mail
    if not chosen:
        return None
    number = min(number, len(chosen) - 1)
    subject, text = mailing.check(subject, text)
    told = {
        name: mailing.fill(base_url(current_session), each, chosen[number])
        for name, each in (("subject", subject), ("text", text))
    }
    return {**told, "recipient": chosen[number], "number": number, "last": len(chosen) - 1}


def _bad_in_words(recipients: Recipients) -> str:
    names = ", ".join(each.entry.name for each in recipients.bad[:5])
    told = ngettext(
        "%(num)s got nothing, because the address is not right: %(names)s",
        "%(num)s got nothing, because the address is not right: %(names)s",
        len(recipients.bad),
        names=names,
    )
    return str(told)


def _messages_to(entry: Entry) -> list[Trace]:
    return traces_of(current_session, entry)


bp.add_app_template_global(_messages_to, "messages_to")
