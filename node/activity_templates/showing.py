"""How pages show the content of a template: labels, amounts and lists in the reader's language."""

from __future__ import annotations

from flask import Blueprint
from flask_babel import gettext as _
from flask_babel import ngettext

from node.activity_templates.content import paragraphs, sections_of
from node.activity_templates.content_html import money
from node.layout.languages import current_language
from schemas.activity_templates import PART_LISTS
from schemas.published import Document
from schemas.taxonomies import CHANGE_CLASSES, CHECK_MOMENTS, COST_UNITS, REQUIREMENTS, SECTIONS

bp = Blueprint("format_showing", __name__)
"""Registered for its filters and globals; it has no pages."""


@bp.app_template_filter("paragraphs")
def _paragraphs(text: str) -> list[str]:
    return paragraphs(text)


@bp.app_template_filter("euros")
def _euros(amount: float) -> str:
    return money(amount)


@bp.app_template_filter("minutes")
def minutes_in_words(minutes: float) -> str:
    """“90 minuten” as “1 uur en 30 minuten”, the way people say it."""
    if not float(minutes).is_integer() or minutes < 60:
        return str(ngettext("%(num)s minute", "%(num)s minutes", minutes))
    hours, rest = divmod(int(minutes), 60)
    told = str(ngettext("%(num)s hour", "%(num)s hours", hours))
    if not rest:
        return told
    minutes_told = str(ngettext("%(num)s minute", "%(num)s minutes", rest))
    return str(_("%(hours)s and %(minutes)s", hours=told, minutes=minutes_told))


@bp.app_template_filter("groupby_moment")
def _by_moment(checks: list[Document]) -> list[tuple[str, list[Document]]]:
    """The lines of a check-list by their moment, in the order of the day."""
    found = [(code, [check for check in checks if check["when"] == code]) for code in CHECK_MOMENTS.codes]
    return [(CHECK_MOMENTS.label(code, current_language()), lines) for code, lines in found if lines]


@bp.app_template_filter("has_text")
def _has_text(content: Document) -> bool:
    return any(each["text"] for each in content["sections"]) or any(content.get(part) for part in PART_LISTS)


@bp.app_template_global()
def section_label(code: str) -> str:
    """The name of a part in the reader's language."""
    return SECTIONS.label(code, current_language())


@bp.app_template_global()
def requirement_label(code: str) -> str:
    """What somebody must have, in the reader's language."""
    return REQUIREMENTS.label(code, current_language())


@bp.app_template_global()
def cost_unit_label(code: str) -> str:
    """How often something costs money, in the reader's language."""
    return COST_UNITS.label(code, current_language())


@bp.app_template_global("sections_of")
def _sections_of(content: Document) -> list[Document]:
    return sections_of(content)


@bp.app_template_global()
def change_classes() -> list[tuple[str, str, str]]:
    """The classes of a change to choose from: code, name, and when it is that one."""
    when = {
        "correction": _("A mistake in the text. What people do stays the same."),
        "improvement": _("It works better this way. Villages look at it when it suits them."),
        "safety": _("Something was not safe. Villages that do this activity hear it at once."),
    }
    return [
        (code, CHANGE_CLASSES.label(code, current_language()), when[code]) for code in CHANGE_CLASSES.codes
    ]
