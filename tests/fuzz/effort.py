"""How hard to try: few examples, always the same, in the quick tests; as many as OMZIEN_FUZZ says."""

from __future__ import annotations

import os

from hypothesis import HealthCheck, settings

_ASKED = os.environ.get("OMZIEN_FUZZ", "")
_ODD = (HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.function_scoped_fixture)

TRY = settings(
    max_examples=int(_ASKED) if _ASKED else 60,
    derandomize=not _ASKED,
    database=None,
    deadline=None,
    suppress_health_check=_ODD,
)
"""Put above ``@given``."""
