"""How often residents may answer: of one survey, and of one sender."""

from __future__ import annotations

from flask import request

from node.limits import ANSWERING, limiter, unnamed_sender

A_MINUTE = "1200 per minute"
"""Of one survey, whoever asks: limits by address would keep addresses."""
by_one_sender = limiter.shared_limit(ANSWERING, scope="answering", key_func=unnamed_sender)
"""Before that, so that no one stranger uses up what is everybody's. The decorator nearest the view counts
first."""


def of_survey() -> str:
    """What is counted together: the survey in the address."""
    return f"survey:{(request.view_args or {}).get('key', '')}"
