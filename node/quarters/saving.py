"""What the buttons of the sheet do: keep, one more or fewer, take a proposal, take back, ask the board."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from sqlalchemy.orm import Session

from node.quarters.answering import answer, ask_board, take_back
from node.quarters.forms import Typed, all_typed, is_touched, source_of, stepped
from node.quarters.kept import kept_of
from node.quarters.sheet import Figure, Sheet
from node.quarters.words import NOT_COUNTED, Word, counted
from schemas.errors import AppError, Conflict, InvalidInput


@dataclass(frozen=True)
class Press:
    """Which button was pressed, for which figure; no button when a field was left."""

    action: str = ""
    key: str = ""
    step: int = 0


@dataclass
class Outcome:
    """What came of it: mistakes by field, as the form names them, and how many went to the board."""

    errors: dict[str, Any] = field(default_factory=dict)
    asked: int = 0


def read_press(form: Mapping[str, str]) -> Press:
    """The button of a form. An unknown one keeps what was typed and does no more."""
    for action in ("take", "undo"):
        if form.get(action):
            return Press(action, form[action][:80])
    key, _, step = form.get("step", "")[:90].rpartition(":")
    if step in ("1", "-1"):
        return Press("step", key, int(step))
    return next((Press(name) for name in ("ask", "rest", "save") if form.get(name)), Press())


def carry_out(session: Session, sheet: Sheet, form: Mapping[str, str], *, by: int, today: date) -> Outcome:
    """Keep what was typed and do what was pressed. What cannot be kept is told; the rest is kept."""
    press, outcome, only = read_press(form), Outcome(), form.get("only", "")
    for key, typed in all_typed(form, sheet).items():
        if only in ("", key):
            _keep(session, sheet.figure(key), typed, press, outcome, by=by, today=today)
    if press.action == "rest" and not outcome.errors:
        _rest_is_not_counted(session, sheet, by=by, today=today)
    if press.action == "ask" and not outcome.errors:
        outcome.asked = ask_for_all(session, sheet, today=today)
    return outcome


def ask_for_all(session: Session, sheet: Sheet, *, today: date) -> int:
    """Put every kept number before the board that it does not have yet; how many that were."""
    asked = 0
    for figure in sheet.figures:
        kept = kept_of(session, figure.line)
        if kept.word.is_counted and kept.measurement is None and kept.said_by is not None:
            ask_board(session, figure.line, kept.word, by=kept.said_by, today=today)
            asked += 1
    return asked


def _keep(
    session: Session, figure: Figure, typed: Typed, press: Press, outcome: Outcome, *, by: int, today: date
) -> None:
    """One figure, by itself: a mistake in it does not undo the others."""
    is_pressed = press.key == figure.key
    try:
        with session.begin_nested():
            if is_pressed and press.action == "undo":
                take_back(session, figure.line, by=by, today=today, seen=typed.was)
                return
            word = _meant(figure, typed, press if is_pressed else Press(press.action))
            if word is not None and word.text != typed.was:
                source = source_of(figure, word)
                answer(session, figure.line, word, by=by, today=today, source=source, seen=typed.was)
    except (InvalidInput, Conflict) as error:
        outcome.errors |= _by_field(error, figure.key)


def _meant(figure: Figure, typed: Typed, press: Press) -> Word | None:
    """The word to keep; None where a person said nothing."""
    if press.action == "step" and press.key:
        return stepped(figure, typed, press.step)
    if press.action == "take" and press.key and figure.proposal:
        return counted(figure.proposal.value, typed.word.denominator)
    return typed.word if press.action in ("save", "ask") or is_touched(figure, typed) else None


def _rest_is_not_counted(session: Session, sheet: Sheet, *, by: int, today: date) -> None:
    for figure in sheet.figures:
        if figure.is_told and kept_of(session, figure.line).word.is_open:
            answer(session, figure.line, NOT_COUNTED, by=by, today=today)


def _by_field(error: AppError, key: str) -> dict[str, Any]:
    if isinstance(error, InvalidInput) and error.fields:
        return {f"{part}-{key}": messages for part, messages in error.fields.items()}
    return {f"value-{key}": [error]}
