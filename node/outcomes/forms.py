"""Numbers as people type them."""

from __future__ import annotations

import re

_WHOLE = re.compile(r"[0-9]{1,11}|[0-9]{1,3}([. ][0-9]{3}){1,3}")
"""“1200”, “1.200” or “1 200”; not “1.5”."""


def read_whole(text: str) -> int | None:
    """A whole number with or without points between its thousands; None for anything else."""
    return int(re.sub(r"[. ]", "", text)) if _WHOLE.fullmatch(text) else None


def whole_number(text: str) -> int | str | None:
    """What was typed as a number; nothing is None; the rest stays as typed, to be refused."""
    if not text:
        return None
    number = read_whole(text)
    return text if number is None else number
