"""Pages of stories: the list, one story, the form, publishing and taking back."""

from __future__ import annotations

from datetime import date
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from directory.replica import stories as known_stories
from directory.replica.owners import names_of
from directory.replica.templates import find_template
from federation.actors.identities import own_uri
from federation.flask_session import commit, current_runtime, current_session
from node.accounts.access import Action, may, needs, require
from node.activity_templates.service import own_templates, page_key
from node.communities.models import find_community
from node.gatherings.service import local_today
from node.guide.selection import read_choice
from node.stories import finding, service
from node.stories.models import Story
from schemas.errors import InvalidInput
from schemas.fallback import lead
from schemas.messages import N_
from schemas.paging import pages_of, read_page

bp = Blueprint("stories", __name__, url_prefix="/verhalen", template_folder="templates")
Page = str | BaseResponse | tuple[str, int]
PER_PAGE = 20


@bp.get("")
def index() -> str:
    """Our stories, and those of the network."""
    today, team = local_today(), may_write()
    page = read_page(request.args)
    if query := read_choice({"q": request.args.get("q", "")}).query:
        return _found(query, page, today, team)
    own = own_uri(current_session)
    found = known_stories.list_stories(
        current_session, today, without_owner=own, page=page, per_page=PER_PAGE
    )
    total = known_stories.count_stories(current_session, today, without_owner=own)
    return render_template(
        "stories/index.html",
        own=service.list_stories(current_session, today, team=team) if page == 1 else [],
        found=found,
        owners=names_of(current_session, {each.owner_uri for each in found}),
        page_number=page,
        pages=pages_of(total, PER_PAGE),
        may_write=team,
        today=today,
    )


@bp.get("/<key>")
def show(key: str) -> str:
    """One story, ours or of the network."""
    today = local_today()
    known = known_stories.find_by_key(current_session, key, today)
    if known is not None:
        return _show_known(*known)
    story = service.open_story(current_session, key, today, team=may_write())
    return _show_own(story, {})


@bp.get("/nieuw")
@needs(Action.WRITE_STORY)
def new() -> str:
    """The empty form."""
    today = local_today()
    values = {"shownUntil": _a_year_on(today).isoformat(), "askedBy": require(Action.WRITE_STORY).name}
    return _form(values, {})


@bp.post("/nieuw")
@needs(Action.WRITE_STORY)
def create() -> Page:
    """Keep a draft."""
    typed, by = request.form.to_dict(), require(Action.WRITE_STORY).id
    try:
        story = service.write_story(current_session, typed, by=by, today=local_today())
    except InvalidInput as error:
        return _form(typed, error.fields), 422
    commit()
    flash(_("Kept as a draft. Only your own team sees it."))
    return redirect(url_for(".show", key=story.id), 303)


@bp.get("/<key>/bewerken")
@needs(Action.WRITE_STORY)
def edit(key: str) -> str:
    """The form with the story in it."""
    story = service.open_story(current_session, key, local_today(), team=True)
    return _form(values_of(story), {}, story)


@bp.post("/<key>/bewerken")
@needs(Action.WRITE_STORY)
def save(key: str) -> Page:
    """Keep the changes, and tell the network when it knows this story."""
    story = service.open_story(current_session, key, local_today(), team=True)
    typed = request.form.to_dict()
    options: dict[str, Any] = {"by": require(Action.WRITE_STORY).id, "today": local_today()}
    try:
        service.edit_story(
            current_session,
            current_runtime().settings,
            story,
            typed,
            confirmed="confirmed" in typed,
            **options,
        )
    except InvalidInput as error:
        return _form(typed, error.fields, story), 422
    commit()
    flash(_("Your changes are kept."))
    return redirect(url_for(".show", key=story.id), 303)


@bp.post("/<key>/publiceren")
@needs(Action.WRITE_STORY)
def publish(key: str) -> Page:
    """Let everybody read it."""
    today, settings = local_today(), current_runtime().settings
    story, confirmed = service.open_story(current_session, key, today, team=True), "confirmed" in request.form
    try:
        service.publish_story(current_session, settings, story, today=today, confirmed=confirmed)
    except InvalidInput as error:
        return _show_own(story, error.fields or {"story": [error.detail]}), 422
    commit()
    flash(_("Published. Everybody can read it now."))
    return redirect(url_for(".show", key=story.id), 303)


@bp.post("/<key>/intrekken")
@needs(Action.WRITE_STORY)
def withdraw(key: str) -> Page:
    """Take it back."""
    story = service.open_story(current_session, key, local_today(), team=True)
    service.withdraw_story(current_session, current_runtime().settings, story)
    commit()
    flash(_("Withdrawn. You can change it and publish it again."))
    return redirect(url_for(".show", key=story.id), 303)


@bp.post("/<key>/wissen")
@needs(Action.WRITE_STORY)
def erase(key: str) -> Page:
    """Remove it for ever, with its consent."""
    story = service.open_story(current_session, key, local_today(), team=True)
    service.erase_story(current_session, story)
    commit()
    flash(_("Erased, with the consent that belonged to it."))
    return redirect(url_for(".index"), 303)


def values_of(story: Story) -> dict[str, Any]:
    """A story in the shape of the form and the API of the team."""
    return {
        "name": story.name,
        "text": story.text,
        "toldBy": story.told_by,
        "shownUntil": story.shown_until.isoformat(),
        "aboutTemplate": story.about_template,
        "consent": story.consent is not None,
        "askedBy": story.consent.asked_by if story.consent else "",
    }


def may_write() -> bool:
    """True for who writes the stories of a village; a hub has none of its own."""
    community = find_community(current_session)
    return community is not None and community.is_village and may(Action.WRITE_STORY)


@bp.app_template_filter("lead")
def _lead(text: str) -> str:
    return lead(text, 200)


def _found(query: str, page: int, today: date, team: bool) -> str:
    found = finding.find_stories(current_session, query, today, page)
    return render_template(
        "stories/index.html",
        own=[],
        found=found.stories,
        owners=found.owners,
        query=query,
        correction=found.correction,
        total=found.total,
        page_number=page,
        pages=found.pages,
        may_write=team,
        today=today,
    )


def _show_known(story: known_stories.KnownStory, document: dict[str, Any]) -> str:
    """A story of the network, from the record as its owner signed it."""
    own = story.owner_uri == own_uri(current_session)
    if own:
        found = service.find_published(current_session, story.uri)
        if found is not None:
            return _show_own(found, {})
    owner = names_of(current_session, [story.owner_uri])[story.owner_uri]
    fields = known_stories.read_story(document)
    may_report = not own and may(Action.SEE_WORKPLACE)
    return render_template(
        "stories/known.html",
        story=story,
        fields=fields,
        owner=owner,
        may_report=may_report,
        about=_about(story.about_uri),
    )


def _show_own(story: Story, errors: dict[str, Any]) -> str:
    return render_template(
        "stories/show.html",
        story=story,
        errors=errors,
        may_write=may_write(),
        about=_about(story.about_template),
        reason=_REASONS.get(story.withdrawn_because, ""),
    )


def _form(values: dict[str, Any], errors: dict[str, Any], story: Story | None = None) -> str:
    templates = [(each.object_uri, each.name) for each in own_templates(current_session) if each.is_public]
    return render_template(
        "stories/form.html", values=values, errors=errors, story=story, templates=templates
    )


def _about(uri: str | None) -> tuple[str, str] | None:
    """Name and page of the format that a story tells of, while it can be read here."""
    template = find_template(current_session, uri) if uri else None
    if template is None or template.withdrawn_at is not None:
        return None
    return template.name, url_for("activity_templates.show", key=page_key(current_session, template.uri))


def _a_year_on(day: date) -> date:
    return date(day.year + 1, day.month, min(day.day, 28))


_REASONS = {
    "asked": N_("Somebody of the team took it back."),
    "expired": N_("Its last day is past, so it was taken back by itself."),
}
