"""The picture of an initiative that others see when somebody shares its page, and the page's data."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path
from typing import Any

import fontpkg_atkinson_hyperlegible
from flask import Blueprint, Response, render_template, request
from markupsafe import Markup

from directory.exports.linked_data import linked_entry
from directory.exports.xml_text import xml_text
from directory.geography.map import COUNTRY, ViewBox, view_of
from directory.replica.entries import Entry, get_entry
from federation.flask_session import current_session
from node.guide.results import OUTLINES, label
from node.limits import limiter
from node.open_data.forms import publisher

bp = Blueprint("share", __name__, template_folder="templates")

WIDTH, HEIGHT = 1200, 630  # what the networks ask for
MAP_BOX = ViewBox(760, 40, 400, 472)
"""Where the map stands in the picture, in the country's own proportions."""
LETTERS, LINES = 16, 4
"""Of the name at its largest, and the most lines it may take."""
LARGEST, ROOM, TALL, LINE_HEIGHT = 78, 670, 270, 1.12
"""Of the letters, and the room for a line of them and for all lines."""
LETTER = 0.56
"""The width of a bold letter, of its size; a little more than most."""

_STATIC = Path(__file__).parents[1] / "static"
_FONTS = sorted(map(str, Path(fontpkg_atkinson_hyperlegible.__file__).parent.rglob("*.ttf")))
_PATH = re.compile(r'id="([a-z]{2})"[^>]*?\bd="([^"]+)"', re.DOTALL)


@bp.get("/gids/<key>/plaatje.png")
@limiter.limit("60 per minute")
def picture(key: str) -> Response:
    """The picture for other sites; drawn again only after the entry changed."""
    entry = get_entry(current_session, key)
    answer = Response(mimetype="image/png")
    answer.set_etag(f"{key}-{entry.updated_at.timestamp():.0f}")
    answer.cache_control.public, answer.cache_control.max_age = True, 24 * 3600
    answer.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    if request.if_none_match.contains(answer.get_etag()[0] or ""):
        answer.status_code = 304
        return answer
    answer.data = draw(entry)
    return answer


def draw(entry: Entry) -> bytes:
    """The picture of an entry as PNG."""
    lines = lines_of(xml_text(entry.name))
    box = view_of(entry.areas[0].province)
    scale = MAP_BOX.width / box.width
    drawing = render_template(
        "open_data/share.svg",
        width=WIDTH,
        height=HEIGHT,
        lines=lines,
        line_height=LINE_HEIGHT,
        size=_size(lines),
        places=xml_text(_places(entry)),
        kind=label("kinds", entry.kind),
        publisher=xml_text(publisher().name),
        entry=entry,
        provinces=_provinces(),
        current=entry.areas[0].province[3:].lower(),
        map_box=MAP_BOX,
        transform=f"translate({MAP_BOX.left - box.left * scale:.2f} {MAP_BOX.top - box.top * scale:.2f})"
        f" scale({scale:.4f})",
        scale=box.width / COUNTRY.width,
    )
    import resvg_py  # noqa: PLC0415  # 1 MB that an idle node does without

    return bytes(resvg_py.svg_to_bytes(svg_string=drawing, font_files=_FONTS, skip_system_fonts=True))


def lines_of(name: str) -> list[str]:
    """A name in lines for the picture: broken at spaces, cut when it is very long."""
    lines = [""]
    for word in name.split() or [""]:
        if lines[-1] and len(lines[-1]) + 1 + len(word) > LETTERS:
            lines.append("")
        lines[-1] = f"{lines[-1]} {word}".strip()
    cut = [line if len(line) <= 2 * LETTERS else f"{line[: 2 * LETTERS]}…" for line in lines]
    return cut if len(cut) <= LINES else [*cut[: LINES - 1], f"{cut[LINES - 1]} …"]


def _size(lines: list[str]) -> int:
    """The size of the letters with which these lines fit beside the map."""
    widest = max(1, *map(len, lines))
    return round(min(LARGEST, ROOM / LETTER / widest, TALL / LINE_HEIGHT / len(lines)))


def head_of(entry: Entry) -> dict[str, Any]:
    """What stands in the head of an entry's page for programs that read it."""
    by = publisher()
    page = by.page_url(entry)
    return {
        "linked": linked_entry(entry, by),
        "page_url": page,
        "picture_url": f"{page}/plaatje.png?v={entry.updated_at.timestamp():.0f}",
        "width": WIDTH,
        "height": HEIGHT,
    }


def _places(entry: Entry) -> str:
    first, more = entry.areas[0], len(entry.areas) - 1
    return f"{first.name}, gemeente {first.municipality}" + (f" +{more}" if more else "")


@cache
def _provinces() -> dict[str, Markup]:
    """The path of each province from the installed drawing; none when it is not installed."""
    file = _STATIC / OUTLINES
    text = file.read_text(encoding="utf-8") if file.is_file() else ""
    return {code: Markup(path) for code, path in _PATH.findall(text)}  # noqa: S704  # our own file, checked by hash


bp.add_app_template_global(head_of, "head_of_entry")
