"""The family tree as a picture: boxes in columns by generation, a line from parent to copy.

A large family is folded: the line to the page's own template is always drawn, of each template some
copies, and one box says how many more there are. The list beside the picture has them all.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from directory.replica.families import Relative, members

BOX_WIDTH, BOX_HEIGHT = 210, 58
MOST_BOXES, MOST_COPIES = 60, 6
"""In one picture, and of one template; those on the line to the page's own template come besides."""
_STEP_X, _STEP_Y = BOX_WIDTH + 50, BOX_HEIGHT + 18
_MARGIN = 6
_MOST_LETTERS = 24


@dataclass(frozen=True)
class Box:
    """One template in the picture, or how many more there are; coordinates of its upper left corner."""

    x: int
    y: int
    name: str
    owner: str
    is_here: bool = False
    is_gone: bool = False
    folded: int = 0


@dataclass(frozen=True)
class Picture:
    """The drawing: boxes, and lines as (x1, y1, x2, y2)."""

    boxes: list[Box]
    lines: list[tuple[int, int, int, int]]
    width: int
    height: int


def draw_family(root: Relative, owners: Mapping[str, str], here: str, unknown: str) -> Picture:
    """Lay a family out; ``here`` is the address of the page's own template."""
    drawing = _Drawing(owners, here, unknown, _chosen(root, here))
    height = drawing.place(root, 0, _MARGIN)
    width = max(box.x for box in drawing.boxes) + BOX_WIDTH + _MARGIN
    return Picture(drawing.boxes, drawing.lines, width, height - 18 + _MARGIN)


class _Drawing:
    def __init__(self, owners: Mapping[str, str], here: str, unknown: str, chosen: set[str]) -> None:
        self.owners, self.here, self.unknown, self.chosen = owners, here, unknown, chosen
        self.boxes: list[Box] = []
        self.lines: list[tuple[int, int, int, int]] = []

    def place(self, relative: Relative, depth: int, top: int) -> int:
        """Place a template and its copies from ``top`` down; returns the first free height."""
        box, below = self._box(relative, depth, top), top
        self.boxes.append(box)
        for child in relative.children:
            if child.uri in self.chosen:
                self._line(box, below)
                below = self.place(child, depth + 1, below)
        folded = sum(len(members(child)) for child in relative.children if child.uri not in self.chosen)
        if folded:
            self._line(box, below)
            self.boxes.append(Box(box.x + _STEP_X, below, "", "", folded=folded))
            below += _STEP_Y
        return max(below, top + _STEP_Y)

    def _line(self, parent: Box, child_top: int) -> None:
        middle = BOX_HEIGHT // 2
        self.lines.append((parent.x + BOX_WIDTH, parent.y + middle, parent.x + _STEP_X, child_top + middle))

    def _box(self, relative: Relative, depth: int, top: int) -> Box:
        known, claim = relative.template, relative.claim or {}
        return Box(
            x=_MARGIN + depth * _STEP_X,
            y=top,
            name=_short((known.name if known else claim.get("name")) or self.unknown),
            owner=_short(self.owners.get(known.owner_uri, "") if known else claim.get("writtenBy", "")),
            is_here=relative.uri == self.here,
            is_gone=relative.is_gone,
        )


def _chosen(root: Relative, here: str) -> set[str]:
    """The addresses that are drawn: the line to ``here``, then generation by generation what has room."""
    chosen = _line_to(root, here)
    for relative in members(root):
        if relative.uri not in chosen:
            continue
        others = [child for child in relative.children if child.uri not in chosen]
        others.sort(key=lambda child: not child.children)  # who was copied again comes first; else the oldest
        room = min(MOST_COPIES, MOST_BOXES - len(chosen))
        chosen |= {child.uri for child in others[: max(0, room)]}
    return chosen


def _line_to(root: Relative, here: str) -> set[str]:
    parents = {child.uri: relative.uri for relative in members(root) for child in relative.children}
    line, uri = {root.uri}, here if here in parents else root.uri
    while uri != root.uri:
        line.add(uri)
        uri = parents[uri]
    return line


def _short(text: str) -> str:
    return text if len(text) <= _MOST_LETTERS else text[: _MOST_LETTERS - 1].rstrip() + "…"
