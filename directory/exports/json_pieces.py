"""A long JSON document written piece by piece."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from typing import Any

ITEMS = 100  # in one piece


def json_pieces(head: Mapping[str, Any], name: str, items: Iterable[Any]) -> Iterator[str]:
    """An object with the members of ``head`` and, as ``name``, the list of ``items``."""
    yield f"{dumped(head)[:-1]},{dumped(name)}:["
    between, rest = "", iter(items)
    while some := list(islice(rest, ITEMS)):
        yield between + ",\n".join(map(dumped, some))
        between = ",\n"
    yield "]}\n"


def json_lines(items: Iterable[Any]) -> Iterator[str]:
    """Each item on a line of its own (ndjson)."""
    for item in items:
        yield dumped(item) + "\n"


def dumped(value: Any) -> str:
    """JSON without needless spaces."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
