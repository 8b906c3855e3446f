"""The pieces of the guide that another site can show, and the lines of HTML that do so."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from html import escape
from urllib.parse import urlencode

from flask_babel import gettext as _

from directory.exports.reading import Publisher
from node.guide.selection import Choice
from node.layout.languages import current_language


@dataclass(frozen=True)
class Piece:
    """Something to put on another site: its code, its path here, and how tall it is in pixels."""

    code: str
    path: str
    height: int
    name: Callable[[], str]


PIECES = {
    piece.code: piece
    for piece in (
        Piece("search", "/insluiten/zoeken", 640, lambda: _("A search box with results")),
        Piece("map", "/insluiten/kaart", 760, lambda: _("The map")),
    )
}


@dataclass(frozen=True)
class Snippet:
    """The lines to copy, and the address that they show."""

    url: str
    html: str


def snippet_of(code: str, choice: Choice, by: Publisher) -> Snippet:
    """A piece with a choice of words and filters, as an iframe."""
    piece = PIECES[code]
    parameters = choice.parameters(sort=None)
    if current_language() != "nl":
        parameters["lang"] = current_language()
    asked = f"?{urlencode(parameters)}" if parameters else ""
    url = f"{by.base_url}{piece.path}{asked}"
    title = escape(f"{by.name}: {piece.name()}")
    lines = (
        f'<iframe src="{escape(url)}" title="{title}"',
        f'        width="100%" height="{piece.height}" loading="lazy"',
        '        referrerpolicy="no-referrer"></iframe>',
    )
    return Snippet(url, "\n".join(lines))
