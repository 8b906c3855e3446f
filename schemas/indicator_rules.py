"""What an indicator may be: an outcome for residents, never a measure of how hard somebody works.

“Geen procesindicatoren”: minutes, tickets, turnaround and productivity say what an organisation does, not
what residents gain. The check is on words, so it errs towards refusing; who is refused is told why.
"""

from __future__ import annotations

import re

from schemas.errors import InvalidInput
from schemas.messages import N_

PROCESS_WORDS = (
    "minuten", "minuut", "uren", "urenregistratie", "uur per", "tickets?", "productiviteit", "productie",
    "doorlooptijd", "afhandel\\w*", "afgehandeld\\w*", "caseload", "bezettingsgraad", "declarabel\\w*",
    "efficiency", "efficiëntie", "per medewerker", "per fte", "fte", "aantal contacten",
    "contactmomenten", "belletjes", "clicks", "paginaweergaven", "wachttijd", "reactietijd", "omzet",
    "minutes?", "hours?", "productivity", "throughput", "turnaround", "response time", "waiting time",
    "per employee", "page ?views", "calls handled", "utili[sz]ation",
)  # fmt: skip
_PROCESS = re.compile(rf"(?<!\w)({'|'.join(PROCESS_WORDS)})(?!\w)", re.IGNORECASE)


def process_words(*texts: str) -> list[str]:
    """The words in these texts that measure work instead of what it brings."""
    return sorted({found.group(0).lower() for text in texts for found in _PROCESS.finditer(text)})


def check_outcome(name: str, definition: str, unit: str, goal: str) -> None:
    """InvalidInput, with its place, for an indicator of process or one that serves no goal."""
    if not goal.strip():
        raise InvalidInput(fields={"goal": [N_("Say which goal of the residents this serves.")]})
    places = {"name": name, "definition": definition, "unit": unit}
    wrong = {
        place: [N_("This measures how hard somebody works, not what residents gain. Choose something else.")]
        for place, text in places.items()
        if process_words(text)
    }
    if wrong:
        raise InvalidInput(fields=wrong)
