"""The icons pages use: a short, closed list, taken from the installed bootstrap-icons sprite.

They are put into the page itself, so that they take the colour of the text around them and
cost no request. A missing file gives a page without that icon, never an error.
"""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

from markupsafe import Markup

ICONS = (
    "arrow-down",
    "arrow-left",
    "arrow-right",
    "arrow-repeat",
    "arrow-up",
    "basket",
    "bell",
    "book",
    "box-arrow-right",
    "calendar-week",
    "check-circle",
    "check-lg",
    "clipboard-check",
    "clock",
    "code-slash",
    "cup-hot",
    "diagram-3",
    "download",
    "exclamation-circle",
    "eye",
    "files",
    "funnel",
    "geo-alt",
    "graph-up",
    "hand-thumbs-up",
    "house-heart",
    "info-circle",
    "key",
    "list-ul",
    "map",
    "megaphone",
    "pencil",
    "people",
    "person",
    "plus-lg",
    "printer",
    "rss",
    "search",
    "share",
    "shield-check",
    "telephone",
    "trash",
    "type",
    "x-lg",
)
"""Every icon a page may use."""

_SPRITE = Path(__file__).parents[1] / "static" / "vendor" / "icons" / "bootstrap-icons.svg"
_SYMBOL = re.compile(r'<symbol[^>]*? id="([a-z0-9-]+)"[^>]*>(.*?)</symbol>', re.DOTALL)


def icon_svg(name: str) -> Markup:
    """The inline SVG of an icon of the list, hidden from screen readers."""
    if name not in ICONS:
        raise KeyError(f"{name} is not in node.layout.icons.ICONS")
    drawing = _drawings().get(name, "")
    return Markup(  # noqa: S704  # our own installed file, checked by hash
        f'<svg class="icon" viewBox="0 0 16 16" aria-hidden="true" focusable="false">{drawing}</svg>'
    )


@cache
def _drawings() -> dict[str, str]:
    """What is drawn inside each icon of the list; the rest of the large sprite is let go."""
    if not _SPRITE.is_file():
        return {}
    sprite = _SPRITE.read_text(encoding="utf-8")
    return {name: drawing.strip() for name, drawing in _SYMBOL.findall(sprite) if name in ICONS}
