"""Pages of freshness: the link of a reminder, for everybody who has it, and the coordinator's list."""

from __future__ import annotations

from datetime import datetime

from flask import Blueprint, flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from flask_babel import ngettext
from werkzeug.wrappers import Response as BaseResponse

from directory.freshness.service import count_states
from directory.replica.entries import Entry, entries_of
from federation.flask_session import commit, current_runtime, current_session
from node.accounts.access import Action, needs, require
from node.communities.models import find_community
from node.freshness import answering, asking
from node.freshness.telling import tell
from node.guide.results import label
from node.layout.web import local_path
from node.limits import SIGN_IN, limiter
from node.listings.content import facts
from node.listings.words import FIELDS, field_name, told
from node.mail.service import count_waiting, is_on
from schemas.errors import InvalidInput
from schemas.taxonomies import FRESHNESS

bp = Blueprint("freshness", __name__, template_folder="templates")
Page = str | BaseResponse | tuple[str, int]
NEXT_UP = 25
LETTERS_AT_A_TIME = 50


@bp.get("/bevestigen/<token>")
@limiter.limit(SIGN_IN)
def question(token: str) -> Page:
    """Is this still right? Opening the page answers nothing: mail programs open links by themselves."""
    return _question(token, {}, "")


@bp.post("/bevestigen/<token>")
@limiter.limit(SIGN_IN)
def answer(token: str) -> Page:
    """One press, and it is confirmed."""
    text = request.form.get("text", "")
    try:
        said = request.form.get("said", "")
        answering.answer(current_session, current_runtime().settings, token, said, text)
    except InvalidInput as error:
        return _question(token, error.fields or {"text": [error.detail]}, text)
    commit()
    return redirect(url_for(".question", token=token), 303)


@bp.get("/werkkamer/actueel")
@needs(Action.COORDINATE)
def index() -> Page:
    """How up to date the directory is, and who is asked next."""
    return render_template(
        "freshness/index.html",
        counts=count_states(current_session),
        states=FRESHNESS,
        label=label,
        next_up=asking.candidates(current_session, NEXT_UP),
        mail_is_on=is_on(current_runtime().settings),
        waiting=count_waiting(current_session),
        a_day=asking.A_DAY,
    )


@bp.post("/werkkamer/actueel/vragen")
@needs(Action.COORDINATE)
def ask() -> Page:
    """Send today's questions now."""
    count = asking.ask_by_mail(current_session, current_runtime().settings)
    commit()
    flash(ngettext("%(num)s initiative gets a mail.", "%(num)s initiatives get a mail.", count))
    return redirect(url_for(".index"), 303)


@bp.post("/werkkamer/actueel/brieven")
@needs(Action.COORDINATE)
def letters() -> Page:
    """Letters to print, for who has no e-mail address; each link is shown this once."""
    asked = asking.ask_by_letter(current_session, LETTERS_AT_A_TIME)
    entries = entries_of(current_session, [each.listing.uri for each in asked])
    page = render_template(
        "freshness/letters.html",
        asked=asked,
        entries=entries,
        community=find_community(current_session),
    )
    commit()
    response = make_response(page)
    response.headers["Cache-Control"] = "no-store"
    return response


@bp.post("/werkkamer/vermelding/<key>/bevestigd")
@needs(Action.COORDINATE)
def confirm(key: str) -> Page:
    """I asked, and it is all right."""
    by = require(Action.COORDINATE).name
    note = request.form.get("note", "")
    listing = answering.confirm_for(current_session, current_runtime().settings, key, by=by, note=note)
    commit()
    flash(_("Noted: it is all right."))
    return _back(listing.key)


@bp.post("/werkkamer/vermelding/<key>/onbereikbaar")
@needs(Action.COORDINATE)
def nobody(key: str) -> Page:
    """Nobody answers there."""
    listing = answering.nobody_answers(current_session, key, by=require(Action.COORDINATE).name)
    tell(current_session, current_runtime().settings)
    commit()
    flash(_("Noted: nobody answers. You can undo this below."))
    return _back(listing.key)


@bp.post("/werkkamer/vermelding/<key>/bereikbaar")
@needs(Action.COORDINATE)
def somebody(key: str) -> Page:
    """Somebody does answer."""
    listing = answering.somebody_answers(current_session, key)
    tell(current_session, current_runtime().settings)
    commit()
    flash(_("Undone."))
    return _back(listing.key)


@bp.post("/werkkamer/vermelding/<key>/geen-berichten")
@needs(Action.COORDINATE)
def refuse(key: str) -> Page:
    """They want no more messages."""
    answering.no_more_messages(current_session, key)
    commit()
    flash(_("Noted: no more messages. You can undo this below."))
    return _back(key)


@bp.post("/werkkamer/vermelding/<key>/weer-berichten")
@needs(Action.COORDINATE)
def allow(key: str) -> Page:
    """They want messages again."""
    answering.messages_again(current_session, key)
    commit()
    flash(_("Undone."))
    return _back(key)


def _when_refused(entry: Entry) -> datetime | None:
    return answering.when_refused(current_session, entry)


bp.add_app_template_global(_when_refused, "when_refused")


def _back(key: str) -> BaseResponse:
    usual = url_for("follow_ups.entry", key=key)
    return redirect(local_path(request.form.get("next"), usual), 303)


def _question(token: str, errors: dict[str, object], text: str) -> Page:
    reminder, listing = answering.find_question(current_session, token)
    shown = facts(listing.content)
    page = render_template(
        "freshness/question.html",
        token=token,
        reminder=reminder,
        listing=listing,
        rows=[(field_name(name), told(name, shown[name])) for name in FIELDS if name in shown],
        errors=errors,
        text=text,
    )
    response = make_response(page, 422 if errors else 200)
    response.headers["Cache-Control"] = "no-store"
    response.headers["Referrer-Policy"] = "no-referrer"
    response.headers["X-Robots-Tag"] = "noindex"
    return response
