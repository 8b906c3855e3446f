"""Counting, deciding and releasing: noise once, a budget that holds, and nothing raw outside."""

from __future__ import annotations

import json
import logging
import sys
from datetime import date

import pytest
from sqlalchemy import text

from directory.replica.figures import list_figures
from federation.database import Base
from node.outcomes import noise, service
from node.outcomes.export import figures_csv
from node.outcomes.models import OutcomeRelease, PrivacyBudget
from schemas.errors import Conflict, InvalidInput, NotAllowed, NotReady

TODAY = date(2026, 7, 15)
SUPPORTER, BOARD = 1, 2
RAW = 739_219
"""A number that appears nowhere by accident."""


def prepare(village, *, indicator="nl:diners", period="2026-2", value=RAW):
    data = {"indicator": indicator, "period": period, "value": value}
    return service.prepare(village.session, data, prepared_by=SUPPORTER, today=TODAY)


def approve(village, measurement, **options):
    options = {"approved_by": BOARD, "noise": near} | options
    return service.approve(village.session, village.settings, measurement, **options)


def near(value, *, sensitivity, epsilon):
    """Noise without a child process, where the noise is not what is tested."""
    return noise.Noisy(value + 3, 12)


def other_than_zero(value, **options):
    """Real noise; when it happens to be zero, which is allowed and tells nothing, once more."""
    noisy = noise.draw(value, **options)
    return noisy if noisy.value != value else other_than_zero(value, **options)


def test_a_released_figure_reaches_a_neighbour_with_error_bar_and_guarantee(village, neighbour):
    release = approve(village, prepare(village), noise=noise.draw)
    assert neighbour.hears(village)
    figure = list_figures(neighbour.session)[0]
    assert (figure.value, figure.error_bar, figure.epsilon) == (release.value, 12, 0.25)
    assert (figure.period_start, figure.period_end) == (date(2026, 4, 1), date(2026, 6, 30))
    assert str(release.value) in figure.guarantee
    assert "95 procent" in figure.guarantee


def test_the_raw_number_is_in_no_byte_outside_its_own_table(village, neighbour, caplog, capfd):
    caplog.set_level(logging.DEBUG)
    approve(village, prepare(village), noise=other_than_zero)
    neighbour.hears(village)
    assert str(RAW) not in json.dumps(village.sent())
    assert str(RAW) not in caplog.text + "".join(capfd.readouterr())
    assert str(RAW) not in figures_csv(village.session) + figures_csv(neighbour.session)
    for table in Base.metadata.sorted_tables:
        rows = village.session.execute(text(f'SELECT * FROM "{table.name}"')).all()
        assert (str(RAW) in repr(rows)) == (table.name == "measurement"), table.name


def test_the_same_figure_is_never_drawn_twice(village):
    measurement = prepare(village)
    first = approve(village, measurement)
    again = approve(village, measurement, noise=lambda *_, **__: pytest.fail("noise was drawn again"))
    assert again is first
    assert len(village.sent()) == 1
    with pytest.raises(Conflict):
        prepare(village, value=3)
    assert village.session.query(OutcomeRelease).count() == 1


def test_who_prepared_a_figure_cannot_approve_it(village):
    with pytest.raises(NotAllowed):
        approve(village, prepare(village), approved_by=SUPPORTER)
    assert village.sent() == []


def test_a_correction_before_the_decision_needs_another_approver_too(village):
    prepare(village)
    data = {"indicator": "nl:diners", "period": "2026-2", "value": 5}
    measurement = service.prepare(village.session, data, prepared_by=BOARD, today=TODAY)
    assert measurement.raw_value == 5
    with pytest.raises(NotAllowed):
        approve(village, measurement, approved_by=BOARD)


def test_the_year_has_a_limit_and_the_ninth_quarter_of_a_unit_is_refused(village):
    indicators = ("nl:diners", "nl:volunteers", "nl:members")
    figures = [(quarter, code) for quarter in range(1, 5) for code in indicators]
    for quarter, code in figures[:8]:
        approve(village, prepare(village, indicator=code, period=f"2025-{quarter}"))
    measurement = prepare(village, indicator="nl:members", period="2025-3")
    assert service.preview(village.session, measurement).left_after < 0
    with pytest.raises(Conflict):
        approve(village, measurement)
    assert village.session.get(PrivacyBudget, 2025).spent == 2.0
    assert len(village.sent()) == 8
    approve(village, prepare(village, period="2024-1"))  # another year has its own


@pytest.mark.parametrize(
    "command",
    [
        ["/no/such/program"],
        [sys.executable, "-c", "raise SystemExit(3)"],
        [sys.executable, "-c", "print('no json')"],
        [sys.executable, "-c", "print('[]')"],
        [sys.executable, "-c", 'print(\'{"value": 1.5, "errorBar": 2}\')'],
        [sys.executable, "-c", 'print(\'{"value": 1, "errorBar": 0}\')'],
        [sys.executable, "-c", "import sys; raise SystemExit('no: ' + sys.stdin.read())"],
    ],
)
def test_without_noise_nothing_is_released_and_nothing_is_spent(village, command):
    measurement = prepare(village)
    village.session.commit()
    with pytest.raises(NotReady) as caught:
        approve(village, measurement, noise=lambda v, **o: noise.draw(v, **o, command=command))
    assert str(RAW) not in caught.value.cause + caught.value.detail
    assert caught.value.__cause__ is None
    village.session.rollback()
    assert village.sent() == []
    assert village.session.get(PrivacyBudget, 2026) is None


def test_a_child_that_hangs_is_stopped(monkeypatch):
    monkeypatch.setattr(noise, "TIME_LIMIT", 0.2)
    with pytest.raises(NotReady):
        noise.draw(1, sensitivity=1, epsilon=1.0, command=["sleep", "5"])


def test_the_error_bar_covers_the_truth_in_ninety_five_of_a_hundred_draws():
    import opendp.prelude as dp

    dp.enable_features("contrib")
    bar = noise.draw(0, sensitivity=1, epsilon=0.25).error_bar
    space = dp.atom_domain(T=int), dp.absolute_distance(T=int)
    mechanism = dp.m.make_laplace(*space, scale=4.0)
    covered = sum(abs(mechanism(0)) <= bar for _ in range(4000)) / 4000
    assert 0.935 < covered < 0.975


@pytest.mark.parametrize(
    ("changes", "place"),
    [
        ({"value": -1}, "value"),
        ({"value": 10**30}, "value"),
        ({"value": "veel"}, "value"),
        ({"value": 2.5}, "value"),
        ({"value": None}, "value"),
        ({"indicator": "nl:minutes"}, "indicator"),
        ({"period": "2026-3"}, "period"),
        ({"period": "2099-1"}, "period"),
        ({"period": "2026-7"}, "period"),
        ({"period": "٢٠٢٦-1"}, "period"),
        ({"period": "1066-1"}, "period"),
        ({"period": "x" * 400}, "period"),
    ],
)
def test_bad_numbers_are_refused_with_their_place(village, changes, place):
    with pytest.raises(InvalidInput) as caught:
        prepare(village, **changes)
    assert place in caught.value.fields


def test_a_name_that_is_a_formula_stays_text_in_the_csv(village):
    village.cooperative.name = "=HYPERLINK(1)"
    approve(village, prepare(village))
    assert "'=HYPERLINK" in figures_csv(village.session)
