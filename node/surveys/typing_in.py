"""Forms on paper become answers: numbers as they are printed, typed twice, and compared."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from node.surveys.answering import Form
from node.surveys.background import AGE_WORDS, SEX_WORDS
from node.surveys.instruments import Asked
from node.surveys.walk import BACKGROUND
from schemas.errors import InvalidInput
from schemas.messages import N_

RATHER_NOT = "0"
"""The number on paper for “rather not say”; nothing typed is nothing ticked."""
YES_NO = {"yes": N_("yes"), "no": N_("no")}
QUESTIONS = {
    "age": N_("How old are you?"),
    "sex": N_("Are you a woman or a man?"),
    "helped": N_("Did somebody help you with the answers?"),
}
_WORDS = {"age": AGE_WORDS, "sex": SEX_WORDS, "helped": YES_NO}


@dataclass(frozen=True)
class PaperQuestion:
    """One question on paper: its id, and the number and words of each answer."""

    name: str
    text: str
    answers: tuple[tuple[str, str], ...]
    is_background: bool = False
    is_mark: bool = False

    def accepts(self, typed: str) -> bool:
        """Whether this can be typed."""
        return typed in {"", RATHER_NOT} or typed in dict(self.answers)


def paper_questions(parts: Sequence[Asked]) -> list[PaperQuestion]:
    """All questions with their printed numbers, those about who answers last."""
    asked = [
        PaperQuestion(
            item.id, item.text, tuple((str(a.value), a.text) for a in item.answers), False, item.is_mark
        )
        for part in parts
        for item in part.items
    ]
    return [*asked, *(_about(name) for name in BACKGROUND)]


def read_typed(
    questions: Sequence[PaperQuestion], form: Mapping[str, str], before: str = ""
) -> dict[str, str]:
    """What was typed, by question."""
    return {each.name: form.get(before + each.name, "").strip()[:4] for each in questions}


def wrong_in(questions: Sequence[PaperQuestion], typed: Mapping[str, str]) -> list[str]:
    """The names of questions with a number that is not on the form."""
    return [each.name for each in questions if not each.accepts(typed[each.name])]


def differences(first: Mapping[str, str], second: Mapping[str, str]) -> list[str]:
    """The names of questions that were typed in two ways."""
    return [name for name in first if first[name] != second.get(name)]


def to_form(questions: Sequence[PaperQuestion], typed: Mapping[str, str], **rest: str) -> Form:
    """One typed form as answers. Raises InvalidInput for a number that is not on the form."""
    if wrong_in(questions, typed):
        raise InvalidInput(N_("This number is not on the form."))
    answers = {
        each.name: None if typed[each.name] == RATHER_NOT else int(typed[each.name])
        for each in questions
        if not each.is_background and typed[each.name]
    }
    about = {name: _background(name, typed[name]) for name in BACKGROUND}
    helped = about["helped"]
    return Form(
        answers,
        age_band=about["age"],
        sex=about["sex"],
        helped=None if helped is None else helped == "yes",
        mode="paper",
        by_team=True,
        **rest,
    )


def _about(name: str) -> PaperQuestion:
    words = [str(_WORDS[name][code]) for code in BACKGROUND[name]]
    return PaperQuestion(
        name, QUESTIONS[name], tuple((str(at), word) for at, word in enumerate(words, 1)), True
    )


def _background(name: str, typed: str) -> str | None:
    return None if typed in {"", RATHER_NOT} else BACKGROUND[name][int(typed) - 1]
