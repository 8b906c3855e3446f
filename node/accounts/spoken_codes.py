"""Codes that go by paper, by telephone or from a screen, and are typed by hand."""

from __future__ import annotations

import secrets

SIGNS = "abcdefghjkmnpqrstuvwxyz23456789"
"""Signs that nobody confuses on paper."""
GROUPS, LETTERS = 3, 4


def new_code() -> str:
    """Three groups of four signs: 59 bits, of which few wrong ones may be tried."""
    groups = ("".join(secrets.choice(SIGNS) for _sign in range(LETTERS)) for _group in range(GROUPS))
    return "-".join(groups)


def read_code(typed: str) -> str:
    """A code as it was given: people type capitals, spaces, and no hyphens. ``""`` for what is none."""
    signs = "".join(sign for sign in typed.lower() if sign.isalnum())
    if len(signs) != GROUPS * LETTERS or not set(signs) <= set(SIGNS):
        return ""
    return "-".join(signs[at : at + LETTERS] for at in range(0, len(signs), LETTERS))
