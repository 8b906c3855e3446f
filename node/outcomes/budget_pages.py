"""The page of the yearly privacy budget: what was spent on what, and what is left. Everybody may read it."""

from __future__ import annotations

import math

from flask import Blueprint, render_template
from flask_babel import format_decimal

from federation.database import now
from federation.flask_session import current_session
from node.outcomes.budget import ledgers

bp = Blueprint("outcome_budget", __name__, template_folder="templates")


@bp.get("/cijfers/budget")
def show() -> str:
    """The ledger of each year."""
    found = ledgers(current_session, now().date())
    return render_template("outcomes/budget.html", ledgers=found, factor=factor_words)


def factor_words(epsilon: float) -> str:
    """By how much the chance of all that was released may differ with or without one person, rounded up."""
    return str(format_decimal(math.ceil(math.exp(epsilon) * 10 - 1e-9) / 10))
