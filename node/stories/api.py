"""Stories for programs: read those of the network, write and publish our own."""

from __future__ import annotations

from typing import Any

from flask_smorest import Blueprint
from marshmallow import fields, validate

from directory.replica import stories as known_stories
from directory.replica.owners import names_of
from federation.flask_session import commit, current_runtime, current_session
from node.accounts.access import Action, require_for
from node.accounts.access import current_account as asking
from node.api.access import token_or_session
from node.api.schemas import ArgumentsSchema, PagedSchema
from node.gatherings.service import local_today
from node.guide.selection import MOST_LETTERS
from node.stories import finding, service
from node.stories.forms import StoryFormSchema
from node.stories.models import Story
from schemas.errors import NotFound
from schemas.fields import Instant, Text, WireSchema
from schemas.messages import N_
from schemas.paging import pages_of

bp = Blueprint("stories_api", __name__, url_prefix="/api/v1/stories", description="Stories")
_PER_PAGE = 20


class StoryQuerySchema(ArgumentsSchema):
    """Which page of the list; only what fits the words of ``q``, when there are any."""

    q = Text(most=MOST_LETTERS, load_default="")
    page = fields.Integer(load_default=1, validate=validate.Range(1, 10_000))


class StorySummarySchema(WireSchema):
    """One published story in a list."""

    id = fields.String()
    uri = fields.String()
    name = fields.String()
    owner = fields.String()
    owner_uri = fields.String()
    about_template = fields.String(attribute="about_uri", allow_none=True)
    shown_until = fields.Date()
    published_at = Instant()
    example_data = fields.Boolean()


class StoryListSchema(PagedSchema):
    """A page of the stories of the network, ours included, newest first."""

    items = fields.List(fields.Nested(StorySummarySchema))


class PublishedStorySchema(StorySummarySchema):
    """One published story with its text."""

    text = fields.String()
    told_by = fields.String()


class OwnStorySchema(WireSchema):
    """A story of ours as its writers see it; who gave consent stays out of the API."""

    id = fields.String()
    name = fields.String()
    text = fields.String()
    told_by = fields.String()
    about_template = fields.String(allow_none=True)
    shown_until = fields.Date()
    is_public = fields.Boolean()
    uri = fields.String(attribute="object_uri", allow_none=True)
    withdrawn_because = fields.String()


class OwnStoriesSchema(WireSchema):
    """Our stories, drafts included."""

    items = fields.List(fields.Nested(OwnStorySchema))


class StoryInputSchema(StoryFormSchema):
    """A story as a program writes it; ``confirmed`` says that the hints were read."""

    confirmed = fields.Boolean(load_default=False)


class ConfirmedSchema(WireSchema):
    """Whether the hints were read."""

    confirmed = fields.Boolean(load_default=False)


@bp.get("")
@bp.arguments(StoryQuerySchema, location="query")
@bp.response(200, StoryListSchema)
def list_stories(arguments: dict[str, Any]) -> dict[str, Any]:
    """The stories of the network that may be shown today."""
    today, page = local_today(), arguments["page"]
    if arguments["q"]:
        told = finding.find_stories(current_session, arguments["q"], today, page)
        items = [_summary(each, told.owners) for each in told.stories]
        return {"items": items, "total": told.total, "page": page, "pages": told.pages}
    total = known_stories.count_stories(current_session, today)
    found = known_stories.list_stories(current_session, today, page=page, per_page=_PER_PAGE)
    owners = names_of(current_session, {each.owner_uri for each in found})
    items = [_summary(each, owners) for each in found]
    return {"items": items, "total": total, "page": page, "pages": pages_of(total, _PER_PAGE)}


@bp.get("/own")
@token_or_session("read", Action.WRITE_STORY)
@bp.response(200, OwnStoriesSchema)
def list_own() -> dict[str, Any]:
    """Our stories, drafts included."""
    return {"items": service.list_stories(current_session, local_today(), team=True)}


@bp.get("/<key>")
@bp.response(200, PublishedStorySchema)
def read(key: str) -> dict[str, Any]:
    """One published story, by the id of the list."""
    known = known_stories.find_by_key(current_session, key, local_today())
    if known is None:
        raise NotFound(N_("This story does not exist."), cause=f"story {key[:40]}")
    story, document = known
    loaded = known_stories.read_story(document)
    owners = names_of(current_session, [story.owner_uri])
    return {**_summary(story, owners), "text": loaded["text"], "told_by": loaded["told_by"]}


@bp.post("")
@token_or_session("write:stories", Action.WRITE_STORY)
@bp.arguments(StoryInputSchema)
@bp.response(201, OwnStorySchema)
def write(values: dict[str, Any]) -> Story:
    """Keep a draft."""
    story = service.write_story(current_session, _typed(values), by=_account_id(), today=local_today())
    commit()
    return story


@bp.put("/own/<key>")
@token_or_session("write:stories", Action.WRITE_STORY)
@bp.arguments(StoryInputSchema)
@bp.response(200, OwnStorySchema)
def change(values: dict[str, Any], key: str) -> Story:
    """Replace a story of ours; a published one is changed in the network too."""
    story, settings = _own(key), current_runtime().settings
    options: dict[str, Any] = {"by": _account_id(), "today": local_today(), "confirmed": values["confirmed"]}
    service.edit_story(current_session, settings, story, _typed(values), **options)
    commit()
    return story


@bp.post("/own/<key>/publish")
@token_or_session("write:stories", Action.WRITE_STORY)
@bp.arguments(ConfirmedSchema)
@bp.response(200, OwnStorySchema)
def publish(options: dict[str, Any], key: str) -> Story:
    """Let everybody read it."""
    story = _own(key)
    service.publish_story(
        current_session,
        current_runtime().settings,
        story,
        today=local_today(),
        confirmed=options["confirmed"],
    )
    commit()
    return story


@bp.post("/own/<key>/withdraw")
@token_or_session("write:stories", Action.WRITE_STORY)
@bp.response(200, OwnStorySchema)
def withdraw(key: str) -> Story:
    """Take it back."""
    story = _own(key)
    service.withdraw_story(current_session, current_runtime().settings, story)
    commit()
    return story


@bp.delete("/own/<key>")
@token_or_session("write:stories", Action.WRITE_STORY)
@bp.response(204)
def erase(key: str) -> None:
    """Remove a story that is not published, with its consent."""
    service.erase_story(current_session, _own(key))
    commit()


def _own(key: str) -> Story:
    return service.open_story(current_session, key, local_today(), team=True)


def _account_id() -> int:
    return require_for(asking(), Action.WRITE_STORY).id


def _typed(values: dict[str, Any]) -> dict[str, Any]:
    dumped: dict[str, Any] = StoryFormSchema().dump(values)
    return dumped


def _summary(story: known_stories.KnownStory, owners: dict[str, str]) -> dict[str, Any]:
    names = ("uri", "name", "owner_uri", "about_uri", "shown_until", "published_at", "example_data")
    shown = {name: getattr(story, name) for name in names}
    return {**shown, "id": story.key, "owner": owners[story.owner_uri]}
