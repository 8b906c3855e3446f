"""Pages of one saved view: what came in and what left, following it, its feed, and the link to stop."""

from __future__ import annotations

from flask import Blueprint, Response, flash, make_response, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from directory.exports.news import News, atom
from directory.exports.reading import Publisher
from federation.flask_session import commit, current_runtime, current_session
from node.accounts.access import Action, needs, require
from node.coordination import following, views, watching
from node.coordination.models import SavedView, ViewChange
from node.gatherings.service import local_today
from node.limits import SIGN_IN, limiter
from node.mail.service import is_on
from node.open_data.forms import publisher
from schemas.messages import N_

bp = Blueprint("saved_views", __name__, template_folder="templates")
IN_FEED = 50

REASONS = {
    (True, "new"): N_("new in the guide"),
    (True, "changed"): N_("fits now"),
    (False, "changed"): N_("fits no more"),
    (False, "gone"): N_("no longer in the guide"),
}


@bp.get("/werkkamer/selecties/<int:view_id>")
@needs(Action.COORDINATE)
def show(view_id: int) -> str:
    """What came in and what left lately, and how to hear of it."""
    view = views.get_view(current_session, view_id)
    follower = following.find_follower(current_session, view, require(Action.COORDINATE).id)
    settings = current_runtime().settings
    changes = watching.changes_of(current_session, view)
    return render_template(
        "coordination/view.html",
        shown=views.show_view(current_session, view),
        changes=changes,
        there=watching.still_there(current_session, {each.entry_key for each in changes}),
        days=watching.MEMORY.days,
        reasons=REASONS,
        every=follower.every if follower else "",
        feed=url_for(".feed", token=following.feed_token(settings, view), _external=True),
        mail_is_on=is_on(settings),
    )


@bp.post("/werkkamer/selecties/<int:view_id>/volgen")
@needs(Action.COORDINATE)
def follow(view_id: int) -> BaseResponse:
    """Hear of changes by mail every day or week, or no more."""
    view, account = views.get_view(current_session, view_id), require(Action.COORDINATE)
    every = request.form.get("every", "")
    if every:
        following.follow(current_session, view, account.id, every, local_today())
        flash(_("Noted. You get a mail when something changes, and none when nothing does."))
    else:
        following.stop(current_session, view, account.id)
        flash(_("You get no mail about this selection any more."))
    commit()
    return redirect(url_for(".show", view_id=view.id), 303)


@bp.get("/selecties/stoppen/<token>")
@limiter.limit(SIGN_IN)
def stopping(token: str) -> Response:
    """No more mail? Opening the page stops nothing: mail programs open links by themselves."""
    return _stopping(token)


@bp.post("/selecties/stoppen/<token>")
@limiter.limit(SIGN_IN)
def stop(token: str) -> BaseResponse:
    """No more mail, or after all."""
    settings = current_runtime().settings
    view, account, every = following.open_stop(current_session, settings, token)
    if request.form.get("do") != "again":
        following.stop(current_session, view, account.id)
    elif account.may(Action.COORDINATE):
        following.follow(current_session, view, account.id, every, local_today())
    commit()
    if "List-Unsubscribe" in request.form:  # a mail program (RFC 8058), which follows no redirect
        return Response()
    return redirect(url_for(".stopping", token=token), 303)


@bp.get("/selecties/<token>.atom")
def feed(token: str) -> Response:
    """What came into a view and what left it, for a reader of feeds."""
    view = following.open_feed(current_session, current_runtime().settings, token)
    by = publisher()
    changes = watching.changes_of(current_session, view, IN_FEED)
    there = watching.still_there(current_session, {each.entry_key for each in changes})
    news = [_news(view, each, by, is_there=each.entry_key in there) for each in changes]
    about = url_for("guide.index", **views.show_view(current_session, view).choice.parameters())
    title = f"{by.name} – " + _("Selection: %(name)s", name=view.name)
    answer = Response(
        atom(news, by, title=title, here=request.path, about=about), mimetype="application/atom+xml"
    )
    answer.headers["X-Robots-Tag"] = "noindex"
    answer.cache_control.private, answer.cache_control.max_age = True, 300
    answer.add_etag()
    answer.make_conditional(request)
    return answer


def _stopping(token: str) -> Response:
    settings = current_runtime().settings
    view, account, _every = following.open_stop(current_session, settings, token)
    follows = following.find_follower(current_session, view, account.id) is not None
    answer = make_response(
        render_template("coordination/view_stop.html", view=view, token=token, follows=follows)
    )
    answer.headers["Cache-Control"] = "no-store"
    answer.headers["Referrer-Policy"] = "no-referrer"
    answer.headers["X-Robots-Tag"] = "noindex"
    return answer


def _news(view: SavedView, change: ViewChange, by: Publisher, *, is_there: bool) -> News:
    title = _("In: %(name)s", name=change.name) if change.entered else _("Out: %(name)s", name=change.name)
    page = f"{by.base_url}/gids/{change.entry_key}" if is_there else f"{by.base_url}/gids"
    return News(
        uri=f"{by.base_url}/werkkamer/selecties/{view.id}#{change.id}",
        kind="entry",
        page_url=page,
        title=title,
        summary=_(REASONS[change.entered, change.reason]),
        owner=by.name,
        is_example=False,
        first_at=change.at,
        updated_at=change.at,
    )
