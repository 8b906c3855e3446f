"""The life of a survey after it was made: fixed, open, over, settled, emptied; and its letters."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from datetime import date, timedelta

import structlog
from sqlalchemy import delete, func, or_, select
from sqlalchemy.engine import CursorResult
from sqlalchemy.orm import Session

from federation.settings import Settings
from node.accounts.service import hash_token
from node.accounts.spoken_codes import new_code
from node.surveys import responses
from node.surveys.consent import CURRENT
from node.surveys.models import Survey, SurveyCode
from node.surveys.planning import LONGEST, ONE_YEAR
from node.surveys.questions import asked_in
from schemas.errors import AppError, Conflict, InvalidInput
from schemas.messages import N_

log = structlog.get_logger(__name__)

CANCELLED_TIME = timedelta(days=7)
"""How long the answers of a survey that was stopped can be taken back."""
PAPER_TIME = timedelta(days=14)
"""How long after its last day forms on paper may be typed in, when nobody says that all are."""
MOST_LETTERS = 500
"""At a time: more is a heavy page to print."""


def fix(session: Session, survey: Survey, today: date) -> None:
    """From now on nothing of it changes: it can be printed, and it opens on its first day.

    Raises InvalidInput when something is missing, Conflict when it is no draft.
    """
    if not survey.is_draft or survey.cancelled_on:
        raise Conflict(N_("This survey is fixed: people may have the questions already."))
    for name in ("intro", "responsible"):
        if not getattr(survey, name):
            raise InvalidInput(N_("First write why you ask this, and who is responsible."))
    if survey.ends_on < today:
        raise InvalidInput(N_("The last day is past. Choose another period first."))
    survey.asked = [part.document() for part in asked_in(session, survey)]
    survey.opened_on, survey.consent_version = today, CURRENT
    session.flush()


def unfix(session: Session, survey: Survey) -> None:
    """Back to a draft, as long as nobody answered and no letter was made. Raises Conflict."""
    if survey.is_draft or responses.count_responses(session, survey) or count_codes(session, survey):
        raise Conflict(N_("This survey is fixed: people may have the questions already."))
    survey.opened_on, survey.asked, survey.consent_version = None, None, ""
    session.flush()


def move_end(session: Session, survey: Survey, ends_on: date, today: date) -> None:
    """Another last day, as long as it is not over: who looked at results must not let more people answer.

    Raises Conflict when it is over, InvalidInput for a day that cannot be.
    """
    if survey.is_draft or survey.cancelled_on or survey.is_over(today):
        raise Conflict(N_("This survey does not run."))
    if ends_on < max(today, survey.starts_on):
        raise InvalidInput(N_("The last day is past. Choose another period first."))
    if ends_on - survey.starts_on > LONGEST:
        raise InvalidInput(N_("Ask for at most three months: then the answers are of one time."))
    if ends_on.year > survey.starts_on.year:
        raise InvalidInput(ONE_YEAR)
    survey.ends_on = ends_on
    session.flush()


def cancel(session: Session, survey: Survey, today: date, *, back: bool = False) -> None:
    """Stop it: nobody can answer, and after a week its answers are deleted; or take that back.

    A draft is thrown away after that week. Raises Conflict for what is over.
    """
    if survey.sealed_on or survey.emptied_on:
        raise Conflict(N_("This survey does not run."))
    survey.cancelled_on = None if back else survey.cancelled_on or today
    session.flush()


def settle(session: Session, survey: Survey, today: date, *, back: bool = False) -> None:
    """Call the results final: the months of keeping begin; or take that back."""
    if not survey.has_results:
        raise Conflict(N_("The answers can be counted when the survey is over."))
    survey.settled_on = None if back else today
    session.flush()


def make_codes(session: Session, survey: Survey, count: int, today: date) -> list[str]:
    """New codes for letters, shown this once; their hashes are kept. Raises InvalidInput, Conflict."""
    if survey.access != "letters" or survey.is_draft or survey.cancelled_on or survey.is_over(today):
        raise Conflict(N_("There are no letters for this survey now."))
    if not 1 <= count <= MOST_LETTERS:
        raise InvalidInput(N_("Make 1 to 500 letters at a time."))
    if count + count_codes(session, survey) + responses.count_responses(session, survey) > survey.group_size:
        raise InvalidInput(N_("These would be more letters than there are people."))
    codes = [new_code() for _at in range(count)]
    session.add_all(SurveyCode(code_hash=hash_token(code), survey_id=survey.id) for code in codes)
    session.flush()
    return codes


def withdraw_codes(session: Session, survey: Survey) -> int:
    """Let all codes that were not used lapse: for letters that were lost or misprinted."""
    count = count_codes(session, survey)
    session.execute(delete(SurveyCode).where(SurveyCode.survey_id == survey.id))
    return count


def count_codes(session: Session, survey: Survey) -> int:
    """How many letters were not used yet."""
    return session.scalar(select(func.count()).where(SurveyCode.survey_id == survey.id)) or 0


def empty_due(session: Session, today: date) -> int:
    """Delete the answers and the cancelled drafts whose time has come; of how many surveys."""
    drafts = delete(Survey).where(Survey.opened_on.is_(None), Survey.cancelled_on <= today - CANCELLED_TIME)
    result = session.execute(drafts)
    due = [survey for survey in _kept(session, today) if is_due(survey, today)]
    for survey in due:
        responses.empty(session, survey, today)
    return len(due) + (result.rowcount if isinstance(result, CursorResult) else 0)


def end_over(session: Session, settings: Settings, today: date) -> int:
    """End the surveys whose time for paper is past; how many."""
    found = _kept(session, today)
    over = [each for each in found if each.sealed_on is None and each.is_over(today - PAPER_TIME)]
    return each_apart(session, over, lambda each: responses.end(session, settings, each, today))


def _kept(session: Session, today: date) -> Sequence[Survey]:
    """The surveys that take no answers any more and still have them."""
    query = select(Survey).where(
        Survey.opened_on.is_not(None),
        Survey.emptied_on.is_(None),
        or_(Survey.ends_on < today, Survey.cancelled_on.is_not(None)),
    )
    return session.scalars(query.order_by(Survey.id)).all()


def each_apart(session: Session, surveys: Iterable[Survey], do: Callable[[Survey], object]) -> int:
    """Do this with each survey; one that is refused holds up no other. With how many it went well."""
    done = 0
    for survey in surveys:
        number = survey.id
        try:
            with session.begin_nested():
                do(survey)
        except AppError as refused:
            log.error("survey.failed", survey=number, why=refused.cause or refused.detail)
        else:
            done += 1
    return done


def is_due(survey: Survey, today: date) -> bool:
    """Whether its answers must be deleted today."""
    day = deletes_on(survey)
    return day is not None and day <= today


def deletes_on(survey: Survey) -> date | None:
    """The day on which its answers are deleted: from its results, or from its end when nobody settled.

    However often it is settled or stopped anew, the months begin three months after its end at the latest.
    """
    if survey.is_draft:
        return None
    begin = min(survey.settled_on or survey.ends_on, survey.ends_on + LONGEST)
    day = months_after(begin, survey.retention_months)
    return day if survey.cancelled_on is None else min(day, survey.cancelled_on + CANCELLED_TIME)


def months_after(day: date, months: int) -> date:
    """The same day so many months later, or the first of the next month when it has no such day."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    try:
        return day.replace(year=year, month=month + 1)
    except ValueError:
        year, month = divmod(year * 12 + month + 1, 12)
        return date(year, month + 1, 1)


def to_end(session: Session, today: date) -> Sequence[Survey]:
    """The surveys that are over, of which nobody said yet that all forms on paper are typed in."""
    query = select(Survey).where(
        Survey.opened_on.is_not(None),
        Survey.cancelled_on.is_(None),
        Survey.sealed_on.is_(None),
        Survey.ends_on < today,
    )
    return session.scalars(query.order_by(Survey.id)).all()
