"""Putting two sequences together so that nothing of either is lost."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from schemas.fallback import paragraphs

_MOST_KEY = 40


def weave(ours: Sequence[str], theirs: Sequence[str]) -> list[str]:
    """Ours in our order, and what only they have behind what it follows with them."""
    result = list(dict.fromkeys(ours))
    known = set(result)
    before: str | None = None
    for item in theirs:
        if item not in known:
            result.insert(0 if before is None else result.index(before) + 1, item)
            known.add(item)
        before = item
    return result


def weave_text(ours: str, theirs: str) -> str:
    """Our paragraphs, with those that only they have in their place."""
    return "\n\n".join(weave(paragraphs(ours), paragraphs(theirs)))


def extra_key(key: str, taken: Collection[str]) -> str:
    """A key beside ``key`` that no item has yet; the same for the same input."""
    number = 2
    while (made := f"{key[: _MOST_KEY - 4]}_{number}") in taken:
        number += 1
    return made
