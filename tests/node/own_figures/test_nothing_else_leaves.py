"""The firewall once more: an exact number, its parts, and who counted are in nothing that everybody reads."""

from __future__ import annotations

import pytest
from hypothesis import HealthCheck, Phase, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from federation.database import now
from node.outcomes import service as outcomes
from node.outcomes.periods import past_quarters
from node.own_figures import service
from schemas.indicators import NATIONAL
from tests.node.outcomes.test_raw_stays import PEOPLE, all_that_leaves, holds, hub_site

__all__ = ["hub_site"]


def not_rounded(number):
    """No number that rounding leaves as it is, nor an end of a range."""
    return number % 5 in (1, 4)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@hypothesis_settings(
    max_examples=5,
    deadline=None,
    phases=[Phase.generate],  # an exact number that leaves is reported as it is
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
@given(
    code=st.sampled_from(sorted(NATIONAL)),
    quarter=st.sampled_from(past_quarters(now().date())),
    young=st.integers(100_000, 400_000).filter(not_rounded),
    old=st.integers(100_000, 400_000).filter(not_rounded),
    unknown=st.integers(0, 4),
)
def test_no_exact_number_or_part_is_in_any_byte_that_leaves(hub_site, code, quarter, young, old, unknown):
    site, parts = hub_site, {"18-39": young, "75+": old, "unknown": unknown}
    total = sum(parts.values())
    with site.runtime.database.session() as session:
        data = {"indicator": code, "period": str(quarter), "value": total}
        measured = outcomes.prepare(session, data, prepared_by=2, today=now().date())
        figure = service.ask(session, measured, parts=parts, asked_by=2)
        session.commit()
        leaving = all_that_leaves(site)
        assert [holds(leaving, number) for number in (total, young, old)] == [[], [], []]
        service.decide(session, figure, approved_by=1)
        told = service.as_presented(figure)
        session.commit()
    leaving = all_that_leaves(site)
    assert holds(leaving, int(told.value)), "what is shown is there, so the search finds what is"
    exact = [number for number in (total, young, old) if not_rounded(number)]
    assert [holds(leaving, number) for number in exact] == [[]] * len(exact)
    assert told.parts["unknown"] is None
    assert None in (told.parts["18-39"], told.parts["75+"]), (
        "one beside it is hidden, or it could be reckoned"
    )
    assert [part[:200] for part in leaving for name in PEOPLE if name in part] == []


def test_the_page_of_what_we_share_says_what_is_read_here(site):
    with site.runtime.database.session() as session:
        data = {"indicator": "nl:diners", "period": "2025-1", "value": 43}
        measured = outcomes.prepare(session, data, prepared_by=90, today=now().date())
        service.decide(session, service.ask(session, measured, asked_by=90), approved_by=91)
        session.commit()
    page = site.get("", "/netwerk/delen").text
    assert "Ook te lezen op onze eigen pagina" in page
    assert "kleine groepen zijn verborgen" in page
    assert "/ons-dorp/cijfers" in site.get("", "/cijfers").text
