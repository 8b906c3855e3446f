"""The starter library as an origin: what a format of ours began from, as this version of the program has it.

No network is needed: a later version of the program brings a better text, and the format gets a notice.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy.orm import Session

from node.activity_templates.content import content_of, hash_of
from node.activity_templates.models import ActivityTemplate
from node.starter_library.beginning import village_of
from node.starter_library.starters import starters
from node.template_updates.merging import compare
from schemas.objects import Document


@dataclass(frozen=True)
class LibraryText:
    """An activity of the library where another format has the record of a village."""

    key: str
    content: Document
    change: Document
    """What the last version of the text changed."""
    content_hash: str
    version: int = 0
    """The library counts no versions: its texts are known by their content."""

    @property
    def uri(self) -> str:
        """What stands for its address; it never leaves the node."""
        return f"starter:{self.key}"


def newer_text(session: Session, template: ActivityTemplate) -> LibraryText | None:
    """The text that a format of ours began from, when it says something else by now."""
    starter = starters().get(template.starter_key or "")
    if starter is None or template.base_content is None or template.publisher != "cooperative":
        return None
    base, theirs = content_of(template.base_content), starter.content_in(village_of(session))
    if not compare(base, base, theirs):  # a village that is called otherwise now changed no text
        return None
    return LibraryText(starter.key, theirs, starter.change, hash_of(theirs))
