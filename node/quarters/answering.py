"""Saying a word about a figure, and taking it back. What the board has changes along until it is released."""

from __future__ import annotations

from datetime import date

from sqlalchemy.orm import Session

from federation.database import now
from federation.upserts import insert_if_new
from node.outcomes.models import Measurement
from node.outcomes.service import NumberSchema, check_number, load, lock, prepare
from node.own_figures.service import forget_questions
from node.quarters.kept import Kept, kept_of, word_of, words_about
from node.quarters.models import MOST_KEPT, QuarterAnswer
from node.quarters.words import OPEN, Line, Word
from schemas.errors import Conflict
from schemas.indicators import Indicator
from schemas.messages import N_

CHANGED = N_(
    "Somebody else filled in %(there)s here in the meantime. Yours was %(yours)s. Fill in what is right."
)
SAME_MOMENT = N_("Somebody else filled this in at the same moment. Please look again.")
RELEASED = N_("This figure was already released and cannot change any more.")


def answer(
    session: Session,
    line: Line,
    word: Word,
    *,
    by: int,
    today: date,
    source: str = "typed",
    seen: str | None = None,
) -> Kept:
    """Keep a word about a figure; the same word again changes nothing.

    ``seen`` is what this person saw when they began (`Word.text`). Raises Conflict when it is something
    else by now or was released, InvalidInput for a number that cannot be.
    """
    revision = _next_revision(session, line)  # before what holds is read: who writes in between is noticed
    kept = kept_of(session, line)
    if word == kept.word:
        return kept
    _check(line.indicator, word)
    if seen is not None and seen != kept.word.text:
        raise Conflict(CHANGED, there=_shown(kept.word), yours=_shown(word))
    if kept.is_released:
        raise Conflict(RELEASED)
    revision = _write_down_what_held(session, line, kept, revision)
    if not _add(session, line, word, by, source, revision):
        return _the_other_first(session, line, word)
    _tell_board(session, line, kept.measurement, word, by, today)
    return kept_of(session, line)


def take_back(session: Session, line: Line, *, by: int, today: date, seen: str | None = None) -> Kept:
    """Go back to the word before the last one. Raises Conflict when there is none, or it was released."""
    revision = _next_revision(session, line)
    kept = kept_of(session, line)
    if kept.is_released:
        raise Conflict(RELEASED)
    if seen is not None and seen != kept.word.text:
        raise Conflict(SAME_MOMENT)
    if kept.before is None:
        raise Conflict(N_("There is nothing to take back."))
    _write_down_what_held(session, line, kept, revision)
    *earlier, last = words_about(session, line)
    session.delete(last)
    session.flush()
    word = word_of(earlier[-1]) if earlier else OPEN
    _tell_board(session, line, kept.measurement, word, earlier[-1].said_by if earlier else by, today)
    return kept_of(session, line)


def _shown(word: Word) -> str:
    return "–" if word.value is None else str(word.value)


def _check(indicator: Indicator, word: Word) -> None:
    if word.is_counted:
        values = load(NumberSchema(), {"value": word.value, "denominator": word.denominator})
        check_number(indicator, values["value"], values["denominator"])


def _next_revision(session: Session, line: Line) -> int:
    said = words_about(session, line)
    return said[-1].revision + 1 if said else 1


def _write_down_what_held(session: Session, line: Line, kept: Kept, revision: int) -> int:
    """What a program gave the board is a word too, to go back to; the revision that is free now."""
    said = words_about(session, line)
    if kept.measurement is not None and (not said or word_of(said[-1]) != kept.word):
        _add(session, line, kept.word, kept.measurement.prepared_by, kept.source, revision)
        return revision + 1
    return revision


def _the_other_first(session: Session, line: Line, word: Word) -> Kept:
    """Somebody wrote at the same moment: good when it was the same, such as a field and then its button."""
    kept = kept_of(session, line)
    if kept.word != word:
        raise Conflict(SAME_MOMENT)
    return kept


def _add(session: Session, line: Line, word: Word, by: int, source: str, revision: int) -> bool:
    """Write a word down; False when somebody did at the same moment."""
    said = words_about(session, line)
    values = {
        "indicator": line.indicator.code,
        "indicator_version": line.indicator.version,
        "period_start": line.period.start,
        "period_end": line.period.end,
        "revision": revision,
        "state": word.state,
        "value": word.value,
        "denominator": word.denominator,
        "source": source,
        "said_by": by,
        "said_at": now(),
    }
    if not insert_if_new(session, QuarterAnswer, values):
        return False
    for old in said[: max(0, len(said) + 1 - MOST_KEPT)]:
        session.delete(old)
    session.flush()
    return True


def _tell_board(
    session: Session,
    line: Line,
    measurement: Measurement | None,
    word: Word,
    by: int,
    today: date,
) -> None:
    """What waits for the board is what holds here; without a number nothing waits."""
    if measurement is None:
        return
    if word.is_counted:
        ask_board(session, line, word, by=by, today=today)
        return
    lock(session, measurement)
    if measurement.is_released:
        raise Conflict(RELEASED)
    forget_questions(session, measurement)
    session.delete(measurement)
    session.flush()


def ask_board(session: Session, line: Line, word: Word, *, by: int, today: date) -> Measurement:
    """Put a number before the board; ``by`` is who counted, and so does not approve it."""
    asked = {"indicator": line.indicator.code, "period": str(line.period), "value": word.value}
    return prepare(session, {**asked, "denominator": word.denominator}, prepared_by=by, today=today)
