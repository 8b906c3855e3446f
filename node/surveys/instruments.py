"""What an instrument is: a fixed set of questions with answers, and with which others it may be compared.

The questions are Dutch, as the instruments were tested; they are data, not texts of the program.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Answer:
    """One answer that may be chosen; ``value`` is what is kept and typed in from paper."""

    value: int
    text: str


@dataclass(frozen=True)
class Item:
    """One question. Its id never changes: web, paper and results use the same."""

    id: str
    text: str
    answers: tuple[Answer, ...]
    is_mark: bool = False
    """A mark of 1 to 10, with words at both ends only."""

    def has(self, value: int) -> bool:
        """Whether this may be answered."""
        return any(answer.value == value for answer in self.answers)


@dataclass(frozen=True)
class Instrument:
    """A set of questions that belong together."""

    code: str
    name: str
    lead: str
    """What stands above its questions."""
    items: tuple[Item, ...]
    source: str
    family: str = ""
    """Instruments of one family measure alike by name, and are never put into one chart."""
    note: str = ""
    """What a board must know before it asks this."""


@dataclass(frozen=True)
class Asked:
    """One instrument, or the village's own questions, as a survey asks it."""

    code: str
    name: str
    lead: str
    items: tuple[Item, ...]

    def document(self) -> dict[str, Any]:
        """As it is kept with a survey that began, so that later texts of the program change nothing."""
        items = [
            {
                "id": item.id,
                "text": item.text,
                "isMark": item.is_mark,
                "answers": [[answer.value, answer.text] for answer in item.answers],
            }
            for item in self.items
        ]
        return {"code": self.code, "name": self.name, "lead": self.lead, "items": items}


def read_asked(document: dict[str, Any]) -> Asked:
    """What `Asked.document` wrote."""
    items = tuple(
        Item(
            item["id"],
            item["text"],
            tuple(Answer(value, text) for value, text in item["answers"]),
            is_mark=item["isMark"],
        )
        for item in document["items"]
    )
    return Asked(document["code"], document["name"], document["lead"], items)


def choice(item_id: str, text: str, *answers: str) -> Item:
    """A question with answers in words, numbered from 1."""
    return Item(item_id, text, tuple(Answer(at, words) for at, words in enumerate(answers, 1)))


def mark(item_id: str, text: str, lowest: str, highest: str) -> Item:
    """A question that asks for a mark of 1 to 10."""
    words = {1: f"1 – {lowest}", 10: f"10 – {highest}"}
    answers = tuple(Answer(value, words.get(value, str(value))) for value in range(1, 11))
    return Item(item_id, text, answers, is_mark=True)


def may_be_compared(one: str, other: str) -> bool:
    """Whether numbers of two instruments may stand in one chart: only those of the very same instrument."""
    return one == other
