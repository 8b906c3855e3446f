"""The steps in the life of a survey, by name: for the buttons of its page and for programs."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from sqlalchemy.orm import Session

from federation.settings import Settings
from node.surveys import responses, running
from node.surveys.models import Survey
from schemas.messages import N_

Step = Callable[[Session, Settings, Survey, date], None]

STEPS: dict[str, tuple[Step, str]] = {
    "fix": (
        lambda session, _settings, survey, today: running.fix(session, survey, today),
        N_("Fixed. Now you can print letters and forms."),
    ),
    "unfix": (
        lambda session, _settings, survey, _today: running.unfix(session, survey),
        N_("It is a draft again."),
    ),
    "stop": (
        lambda session, _settings, survey, today: running.cancel(session, survey, today),
        N_("Stopped. You can take this back for a week."),
    ),
    "resume": (
        lambda session, _settings, survey, today: running.cancel(session, survey, today, back=True),
        N_("It goes on."),
    ),
    "complete": (responses.end, N_("All answers are in. Now they can be counted.")),
    "settle": (
        lambda session, _settings, survey, today: running.settle(session, survey, today),
        N_("The results are ready. Now the months of keeping begin."),
    ),
    "unsettle": (
        lambda session, _settings, survey, today: running.settle(session, survey, today, back=True),
        N_("The results are open again."),
    ),
}
"""What each does, and what is said when it was done."""


def take(session: Session, settings: Settings, survey: Survey, step: str, today: date) -> str:
    """Take one step; what to say. Raises InvalidInput or Conflict when it cannot be taken now."""
    do, words = STEPS[step]
    do(session, settings, survey, today)
    return words
