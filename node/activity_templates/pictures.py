"""The pictures of our own formats: known when they are written in, here when they are published."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from directory.pictures import service as pictures
from directory.pictures.models import Picture
from node.activity_templates.models import (
    ActivityTemplate,
    ActivityTemplateVersion,
    TemplateRevision,
    WorkingCopy,
)
from schemas.errors import InvalidInput
from schemas.messages import N_
from schemas.published import Document

ADDRESS = "/afbeeldingen/"


def check_known(session: Session, content: Document) -> None:
    """Raise InvalidInput, by place, for a picture that nobody gave us or that is not what it says."""
    wrong = {}
    for at, item in enumerate(content.get("pictures", [])):
        kept = pictures.find(session, item["digest"])
        is_same = kept is not None and _facts(kept) == (item["mediaType"], item["width"], item["height"])
        if not is_same and (kept is not None or not pictures.is_public(session, item["digest"])):
            wrong[at] = {"digest": [N_("This picture is not here. Add it again.")]}
    if wrong:
        raise InvalidInput(fields={"pictures": wrong})


def published(session: Session, content: Document, base_url: str) -> list[Document]:
    """The pictures as they travel: with our own address, so that they stay when their first maker is gone.

    Raises InvalidInput for one that has not come in yet.
    """
    items = content.get("pictures", [])
    kept = pictures.kept_among(session, [item["digest"] for item in items])
    missing = {at for at, item in enumerate(items) if item["digest"] not in kept}
    if missing:
        message = N_("This picture has not come in yet. Wait a moment, or leave it out.")
        raise InvalidInput(message, fields={"pictures": {at: {"digest": [message]} for at in missing}})
    return [{**item, "url": base_url + ADDRESS + item["digest"].removeprefix("sha256:")} for item in items]


def used_digests(session: Session) -> set[str]:
    """All pictures that our formats have or had, drafts and unsaved work included."""
    contents = (
        ActivityTemplate.draft,
        ActivityTemplate.base_content,
        ActivityTemplateVersion.content,
        TemplateRevision.content,
        WorkingCopy.typed,
    )
    return {digest for column in contents for each in session.scalars(select(column)) for digest in _in(each)}


def _in(content: dict[str, Any] | None) -> Iterator[str]:
    yield from (item["digest"] for item in (content or {}).get("pictures", []))


def _facts(kept: Picture) -> tuple[str, int, int]:
    return kept.media_type, kept.width, kept.height
