"""Shares and means over a public number: what survey figures look like when they are released."""

from __future__ import annotations

import csv
import io
from datetime import date

import pytest

from directory.national.replica_parts import gather_from_replica
from directory.replica.figures import list_figures
from federation.sending.firewall import schema_of
from node.outcomes import service
from node.outcomes.export import figures_csv
from node.outcomes.models import PrivacyBudget
from node.outcomes.noise import Noisy, draw
from schemas.errors import Conflict, InvalidInput
from schemas.indicators import NATIONAL
from schemas.objects import OBJECTS
from schemas.survey_indicators import SURVEYED

TODAY = date(2026, 7, 15)
SURVEY = "2026-03-01/2026-04-15"


def prepare(village, indicator, value, denominator=120, period=SURVEY):
    data = {"indicator": indicator, "period": period, "value": value, "denominator": denominator}
    return service.prepare(village.session, data, prepared_by=1, today=TODAY)


def approve(village, measurement, noise=lambda value, **_: Noisy(value + 3, 6)):
    return service.approve(village.session, village.settings, measurement, approved_by=2, noise=noise)


def test_a_share_of_a_survey_reaches_a_neighbour_with_its_denominator(village, neighbour):
    release = approve(village, prepare(village, "nl:lonely", 49), noise=draw)
    assert neighbour.hears(village)
    figure = list_figures(neighbour.session)[0]
    assert (figure.value, figure.denominator, figure.sensitivity) == (release.value, 120, 1)
    assert (figure.period_start, figure.period_end) == (date(2026, 3, 1), date(2026, 4, 15))
    assert figure.error_bar == 6
    assert "Van 120 mensen die de vragen beantwoordden" in figure.guarantee
    assert "wat u antwoordde" in figure.guarantee
    told = next(iter(gather_from_replica(neighbour.session).figures.values()))
    assert [each.denominator for each in told.values()] == [120]


def test_a_mean_is_a_sum_of_points_whose_noise_hides_a_whole_answer(village, neighbour):
    release = approve(village, prepare(village, "nl:cohesion", 790), noise=draw)
    assert release.sensitivity == 10
    assert release.error_bar > 50, "one person may move the sum by ten"
    sent = village.sent()[-1]["object"]
    assert sent["figures"][0]["denominator"] == 120
    assert "Gemiddeld ongeveer" in sent["guarantee"]
    assert "01-03-2026 tot en met 15-04-2026" in sent["name"]
    neighbour.hears(village)
    rows = list(csv.DictReader(io.StringIO(figures_csv(neighbour.session).lstrip("\ufeff")), delimiter=";"))
    assert rows[0]["rate_kind"] == "mean"
    assert float(rows[0]["rate"]) == pytest.approx(release.value / 120, abs=1e-5)
    assert float(rows[0]["rate_error_bar_95"]) == pytest.approx(release.error_bar / 120, abs=1e-5)


def test_a_figure_without_denominator_travels_as_it_always_did(village):
    data = {"indicator": "nl:diners", "period": "2026-2", "value": 40}
    approve(village, service.prepare(village.session, data, prepared_by=1, today=TODAY))
    sent = village.sent()[-1]["object"]
    told = {*sent, *sent["figures"][0], *sent["period"]}
    assert told & {"denominator", "replaces", "correctionReason"} == set()
    loaded = schema_of(OBJECTS["OutcomeRelease"]).load(sent)
    assert loaded["figures"][0]["denominator"] is None


def test_inhabitants_may_go_along_with_a_count(village):
    release = approve(village, prepare(village, "nl:diners", 95, denominator=1900, period="2026-2"))
    assert "Dat is 5,2 procent van 1900 inwoners; dat getal is openbaar." in release.guarantee


@pytest.mark.parametrize(
    ("indicator", "value", "denominator", "period", "place"),
    [
        ("nl:lonely", 40, None, SURVEY, "denominator"),
        ("nl:lonely", 10, 29, SURVEY, "denominator"),
        ("nl:lonely", 121, 120, SURVEY, "value"),
        ("nl:cohesion", 1201, 120, SURVEY, "value"),
        ("nl:life_mark", 119, 120, SURVEY, "value"),
        ("nl:life_mark", 500, 0, SURVEY, "denominator"),
        ("nl:life_mark", 500, 2.5, SURVEY, "denominator"),
        ("nl:life_mark", 500, "120", SURVEY, "denominator"),
        ("nl:life_mark", 500, 10**30, SURVEY, "denominator"),
        ("nl:voters", 40, 520, "2025", "denominator"),
        ("nl:nursing_home", 4, None, "2025-1", "period"),
        ("nl:nursing_home", 4, None, "2026", "period"),
        ("nl:diners", 4, None, "2025", "period"),
        ("nl:diners", 4, None, SURVEY, "period"),
        ("nl:lonely", 40, 120, "2026-03-01", "period"),
        ("nl:lonely", 40, 120, "2026-04-15/2026-03-01", "period"),
        ("nl:lonely", 40, 120, "2025-03-01/2026-04-15", "period"),
        ("nl:lonely", 40, 120, "2025-12-20/2026-01-10", "period"),
        ("nl:lonely", 40, 120, "2026-07-01/2026-07-15", "period"),
        ("nl:lonely", 40, 120, "2026-02-30/2026-03-15", "period"),
    ],
)
def test_what_does_not_fit_is_refused_with_its_place(village, indicator, value, denominator, period, place):
    with pytest.raises(InvalidInput) as caught:
        prepare(village, indicator, value, denominator, period)
    assert list(caught.value.fields) == [place]


def test_a_survey_may_fill_a_quarter_or_a_year_too(village):
    assert str(prepare(village, "nl:happy", 80, period="2026-1").period) == "2026-1"
    assert str(prepare(village, "nl:happy", 80, period="2025").period) == "2025"
    assert str(prepare(village, "nl:happy", 80).period) == SURVEY


def test_wellbeing_has_a_budget_of_its_own_and_refuses_when_it_is_spent(village):
    for code in ("nl:lonely", "nl:very_lonely"):
        approve(village, prepare(village, code, 40))
    with pytest.raises(Conflict):
        approve(village, prepare(village, "nl:happy", 90))
    approve(village, prepare(village, "nl:satisfied", 90))  # services are no matter of health
    budget = village.session.get(PrivacyBudget, 2026)
    assert (budget.wellbeing_spent, budget.spent) == (1.0, 0.5)
    assert SURVEYED["nl:satisfied"].topic == NATIONAL["nl:diners"].topic == "taking_part"
