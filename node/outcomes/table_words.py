"""How far a figure of the table is, in words, with the tone of its badge."""

from __future__ import annotations

from flask_babel import gettext as _

from node.outcomes.closing import State


def state_words(state: State) -> tuple[str, str]:
    """For the team."""
    words = {
        "released": (_("Released"), "good"),
        "waits": (_("Waits for the board"), "warm"),
        "counted": (_("Filled in, not with the board yet"), "warm"),
        "not_counted": (_("Not counted"), ""),
        "open": (_("Nobody said anything about it"), ""),
    }
    return words[state]
