"""The family tree as a picture: boxes in columns by generation, a line from parent to copy."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from directory.replica.templates import Relative

BOX_WIDTH, BOX_HEIGHT = 210, 58
_STEP_X, _STEP_Y = BOX_WIDTH + 50, BOX_HEIGHT + 18
_MARGIN = 6
_MOST_LETTERS = 24


@dataclass(frozen=True)
class Box:
    """One template in the picture; coordinates of its upper left corner."""

    x: int
    y: int
    name: str
    owner: str
    is_here: bool
    is_gone: bool


@dataclass(frozen=True)
class Picture:
    """The drawing: boxes, and lines as (x1, y1, x2, y2)."""

    boxes: list[Box]
    lines: list[tuple[int, int, int, int]]
    width: int
    height: int


def draw_family(root: Relative, owners: Mapping[str, str], here: str, unknown: str) -> Picture:
    """Lay a family out; ``here`` is the address of the page's own template."""
    boxes: dict[str, Box] = {}
    lines: list[tuple[int, int, int, int]] = []
    height = _place(root, 0, _MARGIN, boxes, (owners, here, unknown))
    for parent, child in _pairs(root):
        start, end = boxes[parent.uri], boxes[child.uri]
        middle = BOX_HEIGHT // 2
        lines.append((start.x + BOX_WIDTH, start.y + middle, end.x, end.y + middle))
    width = max(box.x for box in boxes.values()) + BOX_WIDTH + _MARGIN
    return Picture(list(boxes.values()), lines, width, height - 18 + _MARGIN)


def _place(
    relative: Relative, depth: int, top: int, boxes: dict[str, Box], words: tuple[Mapping[str, str], str, str]
) -> int:
    """Place a template and its copies from ``top`` down; returns the first free height."""
    owners, here, unknown = words
    known = relative.template
    boxes[relative.uri] = Box(
        x=_MARGIN + depth * _STEP_X,
        y=top,
        name=_short(known.name if known else unknown),
        owner=_short(owners.get(known.owner_uri, "") if known else ""),
        is_here=relative.uri == here,
        is_gone=known is None or known.withdrawn_at is not None,
    )
    below = top
    for child in relative.children:
        below = _place(child, depth + 1, below, boxes, words)
    return max(below, top + _STEP_Y)


def _pairs(root: Relative) -> list[tuple[Relative, Relative]]:
    pairs = [(root, child) for child in root.children]
    return pairs + [pair for child in root.children for pair in _pairs(child)]


def _short(text: str) -> str:
    return text if len(text) <= _MOST_LETTERS else text[: _MOST_LETTERS - 1].rstrip() + "…"
