"""HTML for software that does not know our types: plain, escaped, and no more than others keep.

Mastodon, GoToSocial, Mobilizon and Gancio all keep paragraphs, line breaks, lists, emphasis and
links; headings become bold in Mastodon. Nothing else is used, no attribute but ``href``.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import nh3
from markupsafe import Markup, escape

TAGS = {"p", "h3", "ul", "li", "br", "strong", "a"}
MOST_HTML = 30_000
"""Characters. It stands twice in a document, and an inbox takes 256 kB."""

_ELLIPSIS = "…"


def paragraphs(text: str) -> list[str]:
    """The paragraphs of a plain text."""
    return [part.strip() for part in text.split("\n\n") if part.strip()]


def lead(text: str, most: int = 300) -> str:
    """The first paragraph on one line, cut at a word when it is long."""
    first = " ".join((paragraphs(text) or [""])[0].split())
    if len(first) <= most:
        return first
    return first[:most].rsplit(" ", 1)[0].rstrip(",;:. ") + _ELLIPSIS


def plain(text: str) -> str:
    """A plain text for a field that others read as HTML, such as ``summary``."""
    return str(escape(" ".join(text.split())))


def paragraph(text: str) -> Markup:
    """A paragraph, its line breaks kept."""
    return Markup("<p>{}</p>").format(_lines(text.split("\n")))


def heading(text: str) -> Markup:
    """A heading within the text."""
    return Markup("<h3>{}</h3>").format(text)


def bullets(items: Iterable[str]) -> Markup:
    """A list."""
    return Markup("<ul>{}</ul>").format(Markup("").join(Markup("<li>{}</li>").format(item) for item in items))


def facts(rows: Iterable[tuple[str, str]]) -> Markup:
    """Lines of a label and what it says; empty ones are left out."""
    lines = [Markup("<strong>{}</strong> {}").format(f"{label}:", text) for label, text in rows if text]
    return Markup("<p>{}</p>").format(Markup("<br>").join(lines)) if lines else Markup("")


def link_back(before: str, name: str, url: str) -> Markup:
    """The last paragraph: where the page itself is. The name stands here for who shows no title."""
    return Markup('<p>{} <a href="{}">{}</a></p>').format(before, url, name)


def page(parts: Sequence[Markup], ending: Markup, most: int = MOST_HTML) -> str:
    """The parts and the ending as one text of at most ``most`` characters, cleaned once more.

    What does not fit is left out by whole parts: the link in the ending leads to the rest.
    """
    kept, left = [], most - len(ending)
    for part in parts:
        left -= len(part)
        if left < 0:
            break
        kept.append(part)
    html = str(Markup("").join([*kept, ending]))
    return nh3.clean(
        html, tags=TAGS, attributes={"a": {"href"}}, url_schemes={"http", "https"}, link_rel=None
    )


def in_language(language: str, name: str, content: str) -> dict[str, dict[str, str] | str]:
    """The fields that say the same by language: Mastodon and GoToSocial read the language there."""
    return {"content": content, "contentMap": {language: content}, "nameMap": {language: name}}


def _lines(lines: Iterable[str]) -> Markup:
    return Markup("<br>").join(escape(line) for line in lines)
