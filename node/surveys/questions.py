"""Which questions a survey asks: those of its instruments, then the village's own."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy.orm import Session

from node.surveys.catalogue import CATALOGUE
from node.surveys.instruments import Asked, Instrument, Item, choice, mark, read_asked
from node.surveys.models import LicensedInstrument, Survey

MOST_QUESTIONS = 25
OWN = "own"
PH22 = "ph22"
PH22_ITEMS = 22


def instruments(session: Session) -> dict[str, Instrument]:
    """What can be chosen here, by code; one that needs a licence only when the board has it."""
    kept = session.get(LicensedInstrument, PH22)
    return CATALOGUE if kept is None else {**CATALOGUE, PH22: _licensed(kept)}


def free_instruments() -> dict[str, Instrument]:
    """Those that anybody may read: the statements of the others are for who has the licence."""
    return CATALOGUE


def asked_in(session: Session, survey: Survey) -> list[Asked]:
    """What a survey asks: as it stood when it began, or as it would now."""
    if survey.asked is not None:
        return [read_asked(document) for document in survey.asked]
    chosen = [each for code, each in instruments(session).items() if code in survey.instruments]
    parts = [Asked(each.code, each.name, each.lead, each.items) for each in chosen]
    return [*parts, *_own(survey)]


def items_in(parts: Sequence[Asked]) -> list[Item]:
    """All questions, one after the other."""
    return [item for part in parts for item in part.items]


def _own(survey: Survey) -> list[Asked]:
    items = tuple(
        choice(f"{OWN}.{at}", question["text"], *question["answers"])
        for at, question in enumerate(survey.own_questions, 1)
    )
    return [Asked(OWN, "Vragen van ons dorp", "Een vraag van ons dorp.", items)] if items else []


def _licensed(kept: LicensedInstrument) -> Instrument:
    if len(kept.answers) == 2:  # the words at both ends of a mark
        items = tuple(mark(f"{PH22}.{at}", text, *kept.answers) for at, text in enumerate(kept.items, 1))
    else:
        items = tuple(choice(f"{PH22}.{at}", text, *kept.answers) for at, text in enumerate(kept.items, 1))
    return Instrument(PH22, "Positieve Gezondheid (PH22)", "Past dit bij u?", items, kept.licence)
