"""What people do with stories: write, publish, change, withdraw and erase them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from directory.replica.publishing import publish_record
from federation.actors.identities import base_url, find_identity, get_identity
from federation.database import now
from federation.settings import Settings
from node.activity_templates.service import find_own
from node.stories.forms import check_texts, load_story
from node.stories.models import Story, StoryConsent
from node.stories.story_document import story_document
from schemas.errors import Conflict, InvalidInput, NotFound
from schemas.messages import N_


def write_story(session: Session, data: Any, *, by: int, today: date) -> Story:
    """Keep a new story as a draft. ``by`` is the account that ticked the consent."""
    values = load_story(data, today)
    _check_template(session, values["about_template"])
    story = Story(name="", text="", shown_until=today)
    _fill(story, values, by=by, today=today)
    session.add(story)
    session.flush()
    return story


def edit_story(
    session: Session,
    settings: Settings,
    story: Story,
    data: Any,
    *,
    by: int,
    today: date,
    confirmed: bool = False,
) -> None:
    """Change a story; one that is published is changed in the network in the same transaction."""
    values = load_story(data, today)
    _check_template(session, values["about_template"], known=story.about_template)
    if story.is_public:
        check_texts(values, confirmed=confirmed)
    _fill(story, values, by=by, today=today)
    session.flush()
    if story.is_public:
        _send(session, settings, story, "Update")


def publish_story(
    session: Session, settings: Settings, story: Story, *, today: date, confirmed: bool = False
) -> None:
    """Let everybody read a story, here and in the network."""
    if story.is_public:
        raise Conflict(N_("This story is published already."))
    if story.shown_until < today:
        raise InvalidInput(
            N_("The last day of this story is past. Choose a later one, if who tells it agrees.")
        )
    if story.told_by and (story.consent is None or story.consent.given_by != story.told_by):
        raise InvalidInput(N_("Naming somebody needs their written consent. Ask first."))
    texts = {"name": story.name, "text": story.text, "told_by": story.told_by}
    check_texts(texts, confirmed=confirmed)
    story.publish_as(_send(session, settings, story, "Create"))
    session.flush()


def withdraw_story(session: Session, settings: Settings, story: Story, *, because: str = "asked") -> None:
    """Take a story back; every node is told to show it no more."""
    uri = story.object_uri
    story.withdraw(because)
    publish_record(session, settings, get_identity(session, "cooperative"), "Delete", uri or "")
    session.flush()


def withdraw_expired(session: Session, settings: Settings, today: date) -> int:
    """Withdraw the stories whose last day is past; how many there were."""
    if find_identity(session, "cooperative") is None:
        return 0
    over = select(Story).where(Story.object_uri.is_not(None), Story.shown_until < today).order_by(Story.id)
    stories = session.scalars(over).all()
    for story in stories:
        withdraw_story(session, settings, story, because="expired")
    return len(stories)


def erase_story(session: Session, story: Story) -> None:
    """Remove a story that is not published, with its consent, for ever."""
    if story.is_public:
        raise Conflict(N_("Withdraw this story first."))
    session.delete(story)
    session.flush()


def list_stories(session: Session, today: date, *, team: bool = False) -> Sequence[Story]:
    """Our stories, newest first: what is shown today, to the ``team`` also what is not."""
    query = select(Story).order_by(Story.published_at.desc(), Story.changed_at.desc())
    if not team:
        query = query.where(Story.object_uri.is_not(None), Story.shown_until >= today)
    return session.scalars(query).all()


def open_story(session: Session, key: str, today: date, *, team: bool = False) -> Story:
    """One of our stories; to who may not see it, it does not exist."""
    story = session.get(Story, key)
    if story is None or not (team or story.is_shown_on(today)):
        raise NotFound(N_("This story does not exist."), cause=f"story {key[:40]}")
    return story


def find_published(session: Session, uri: str) -> Story | None:
    """Our story with this address in the network."""
    return session.scalar(select(Story).where(Story.object_uri == uri))


def _send(session: Session, settings: Settings, story: Story, activity_type: str) -> str:
    identity = get_identity(session, "cooperative")
    document = story_document(story, owner=identity.name, base_url=base_url(session))
    activity = publish_record(session, settings, identity, activity_type, document)
    return str(activity["object"]["id"])


def _check_template(session: Session, uri: str | None, *, known: str | None = None) -> None:
    """A story tells of a public format of ours, or goes on telling of one that it told of before."""
    template = find_own(session, uri) if uri and uri != known else None
    if uri and uri != known and not (template and template.is_public):
        raise InvalidInput(fields={"aboutTemplate": [N_("Choose one of the list.")]})


def _fill(story: Story, values: dict[str, Any], *, by: int, today: date) -> None:
    story.name, story.text, story.told_by = values["name"], values["text"], values["told_by"]
    story.shown_until, story.changed_at = values["shown_until"], now()
    story.about_template = values["about_template"] or None
    if not story.told_by:
        story.consent = None
        return
    consent = story.consent or StoryConsent(given_on=today)
    if consent.given_by != story.told_by:
        consent.given_on = today
    consent.given_by, consent.asked_by = story.told_by, values["asked_by"]
    consent.until_on, consent.recorded_by, consent.recorded_at = story.shown_until, by, now()
    story.consent = consent
