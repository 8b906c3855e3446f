"""A hub shares the library with its network: every activity becomes a format of the hub.

Pressing again changes nothing, unless the library of this program grew or was improved. What the hub
changed itself, or withdrew, stays as the hub left it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from federation.settings import Settings
from node.activity_templates.copying import ANY_VILLAGE
from node.activity_templates.models import ActivityTemplate
from node.activity_templates.service import publish_template
from node.communities.models import Community
from node.starter_library.starters import Starter, starters
from schemas.errors import NotAllowed
from schemas.messages import N_
from schemas.objects import Document


@dataclass(frozen=True)
class Shared:
    """Keys of activities: shared for the first time, shared again because better, left alone."""

    new: list[str]
    improved: list[str]
    kept: list[str]
    """Changed or withdrawn by the hub itself."""
    same: list[str]


Library = Mapping[str, Starter]


def preview(session: Session, library: Library | None = None) -> Shared:
    """What sharing would do now; without a ``library`` it is the one of this program."""
    return _sorted(_states(session, library))


def share(session: Session, settings: Settings, library: Library | None = None) -> Shared:
    """Publish what the network does not have yet. Raises NotAllowed on a node that is no hub.

    The row of the community is held meanwhile, so that two presses at once share everything once.
    """
    community = session.scalar(select(Community).limit(1).with_for_update())
    if community is None or not community.is_hub:
        raise NotAllowed(N_("Only a hub shares the starter library with a network."))
    states = list(_states(session, library))
    for starter, template, state in states:
        if state == "new":
            publish_template(session, settings, _made(session, starter))
        elif state == "improved" and template is not None:
            _improve(session, settings, starter, template)
    return _sorted(states)


_Found = tuple[Starter, ActivityTemplate | None, str]
"""An activity, what the hub made of it, and which list of `Shared` it belongs to."""


def _states(session: Session, library: Library | None) -> Iterator[_Found]:
    for starter in (starters() if library is None else library).values():
        template = session.get(ActivityTemplate, _id(starter), populate_existing=True)
        yield starter, template, _state(starter, template)


def _state(starter: Starter, template: ActivityTemplate | None) -> str:
    if template is None:
        return "new"
    if template.withdrawn_at is not None or template.draft != template.base_content:
        return "kept"
    return "same" if template.base_content == _content(starter) else "improved"


def _sorted(states: Iterable[_Found]) -> Shared:
    keys: dict[str, list[str]] = {"new": [], "improved": [], "kept": [], "same": []}
    for starter, _template, state in states:
        keys[state].append(starter.key)
    return Shared(**keys)


def _made(session: Session, starter: Starter) -> ActivityTemplate:
    content = _content(starter)
    template = ActivityTemplate(
        id=_id(starter), draft=content, base_content=content, starter_key=starter.key, publisher="hub"
    )
    session.add(template)
    session.flush()
    return template


def _improve(session: Session, settings: Settings, starter: Starter, template: ActivityTemplate) -> None:
    content = _content(starter)
    template.write(content)
    template.base_content = content
    publish_template(session, settings, template, starter.change)


def _id(starter: Starter) -> str:
    """The key of the hub's own page, the same on every press."""
    return f"starter-{starter.key}"


def _content(starter: Starter) -> Document:
    return starter.content_in(ANY_VILLAGE)
