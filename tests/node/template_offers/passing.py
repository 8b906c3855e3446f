"""Passing messages between two villages, to the listener that the inbox would hand them to."""

from __future__ import annotations

from typing import Any

import node.listeners  # noqa: F401  # fills the registry
from federation.actors.identities import actor_document
from federation.actors.remote_actors import remember_actor
from federation.receiving.inbox import Received, find_listener, object_type_of
from node.activity_templates import service
from node.activity_templates.models import ActivityTemplate
from tests.node.template_updates.copies import change, copy_of, publish_origin, with_section
from tests.node.villages import Village

BETTER = "Niemand eet alleen. Ook niet na een verhuizing."


def pass_on(sender: Village, receiver: Village, activity: dict[str, Any] | None = None) -> None:
    """The receiver processes the sender's last (or this) message."""
    told = activity or sender.sent()[-1]
    remember_actor(receiver.session, actor_document(sender.session, sender.settings, sender.cooperative))
    handle = find_listener(told["type"], object_type_of(told))
    assert handle is not None
    handle(Received(receiver.session, receiver.settings, told["actor"], told, told["object"]))
    receiver.session.flush()


def improved_copy(village: Village, neighbour: Village) -> tuple[ActivityTemplate, ActivityTemplate]:
    """The neighbour's format, and our published copy in which the goal reads better."""
    origin = publish_origin(neighbour)
    copy = copy_of(village, neighbour, origin)
    change(village, copy, sections=with_section(copy.draft, "goal", BETTER))
    service.publish_template(village.session, village.settings, copy)
    return origin, copy
