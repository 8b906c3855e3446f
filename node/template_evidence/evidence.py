"""The evidence of one template: of itself, its copies and their copies, from this node's own replica."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from directory.replica.families import Relative, descendants, family, find_relative, members
from directory.replica.records import Record
from directory.replica.stories import KnownStory, stories_about
from directory.replica.template_usage import KnownUsage, usages_of
from directory.replica.templates import KnownTemplate
from node.template_evidence.figures import MeanFigure, mean_figures
from node.template_evidence.ladder import Ladder, climb
from node.template_evidence.summary import Summary, summarise


@dataclass(frozen=True)
class Evidence:
    """What this node knows of one template."""

    copies: int
    """Other communities that copied it, also by way of another."""
    withdrawn: int
    """Copies that were taken back; of their use nothing is known any more."""
    summary: Summary
    ladder: Ladder
    grade: dict[str, Any] | None
    """As on the wire (`schemas.template_evidence.GradeSchema`)."""
    figures: list[MeanFigure]
    stories: Sequence[KnownStory]
    """The newest, of this template and its copies."""
    origin: Ladder | None
    """How far the oldest ancestor has come, when that is another template."""
    root: Relative


def evidence_of(session: Session, uri: str, indicators: Iterable[str], today: date) -> Evidence:
    """Everything that is known of a template that was published."""
    root = family(session, uri)
    here = find_relative(root, uri) or root
    usages = usages_of(session, [each.uri for each in members(root)])
    own = _of_each_community(usages, members(here))
    grade = _grade_of(session, here)
    summary = summarise(own.values(), today)
    writer = here.template.owner_uri if here.template else ""
    return Evidence(
        copies=len(_copiers(here)),
        withdrawn=sum(each.is_gone for each in members(here)[1:]),
        summary=summary,
        ladder=climb(summary, (grade or {}).get("level", "")),
        grade=grade,
        figures=mean_figures(session, {writer, *own} - {""}, list(indicators)),
        stories=stories_about(session, _addresses(here), today),
        origin=_ladder_of(usages, root, today) if root is not here else None,
        root=root,
    )


def ladders_of(session: Session, templates: Collection[KnownTemplate], today: date) -> dict[str, Ladder]:
    """How far each of these templates has come, by address; for lists."""
    below = descendants(session, [template.uri for template in templates])
    copies = {each.uri for rest in below.values() for each in rest}
    usages = usages_of(session, copies | set(below))
    found = {}
    for template in templates:
        told = [usages[each.uri] for each in (template, *below[template.uri]) if each.uri in usages]
        found[template.uri] = climb(summarise(_one_each(told).values(), today), template.grade_level)
    return found


def _ladder_of(usages: dict[str, KnownUsage], relative: Relative, today: date) -> Ladder:
    level = relative.template.grade_level if relative.template else ""
    return climb(summarise(_of_each_community(usages, members(relative)).values(), today), level)


def _of_each_community(usages: dict[str, KnownUsage], relatives: Iterable[Relative]) -> dict[str, KnownUsage]:
    return _one_each(usages[each.uri] for each in relatives if each.uri in usages)


def _one_each(usages: Iterable[KnownUsage]) -> dict[str, KnownUsage]:
    """One telling per community, by its address: of several copies the one in use, then the oldest."""
    found: dict[str, KnownUsage] = {}
    for usage in sorted(usages, key=lambda each: (each.stopped_on is not None, each.started_on, each.uri)):
        found.setdefault(usage.owner_uri, usage)
    return found


def _copiers(here: Relative) -> set[str]:
    """The communities that have a living copy, without the writer."""
    writer = here.template.owner_uri if here.template else ""
    owners = {each.template.owner_uri for each in members(here)[1:] if each.template and not each.is_gone}
    return owners - {writer}


def _addresses(here: Relative) -> list[str]:
    """The addresses of a template and its copies, also those they had before they moved."""
    known = [each.template for each in members(here) if each.template]
    return [uri for each in known for uri in (each.uri, each.alias_uri) if uri]


def _grade_of(session: Session, relative: Relative) -> dict[str, Any] | None:
    if relative.template is None or not relative.template.grade_level:
        return None
    record = session.get(Record, relative.uri)
    grade = record.document.get("grade") if record and record.deleted_at is None else None
    return grade if isinstance(grade, dict) else None
