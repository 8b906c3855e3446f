"""Asking, deciding and taking back; and that a figure leaves in one way only."""

from __future__ import annotations

import json
from datetime import date

import pytest
from sqlalchemy import text

from federation.database import Base
from node.outcomes import corrections, figure_table
from node.outcomes import service as outcomes
from node.outcomes.noise import Noisy
from node.own_figures import service
from node.own_figures.export import own_figures_csv
from node.own_figures.models import OwnFigure
from node.own_figures.trend import change, lines
from schemas.errors import Conflict, InvalidInput, NotAllowed

TODAY = date(2026, 7, 15)
SUPPORTER, BOARD, OTHER = 1, 2, 3


def count(village, value=43, *, indicator="nl:diners", period="2026-1", denominator=None):
    data = {"indicator": indicator, "period": period, "value": value, "denominator": denominator}
    return outcomes.prepare(village.session, data, prepared_by=SUPPORTER, today=TODAY)


def show(village, measurement, parts=None):
    figure = service.ask(village.session, measurement, parts=parts, asked_by=SUPPORTER)
    return service.decide(village.session, figure, approved_by=BOARD, seen=figure.seen_as)


def release(village, measurement):
    def near(value, *, sensitivity, epsilon):
        return Noisy(value + 3, 12)

    return outcomes.approve(village.session, village.settings, measurement, approved_by=BOARD, noise=near)


def test_a_figure_is_shown_rounded_after_two_people_and_nothing_is_sent(village):
    show(village, count(village))
    (line,) = lines(village.session)
    assert (line.latest.value, line.latest.low, line.latest.high, line.latest.way) == (45, 43, 47, "rounded")
    assert "tussen 43 en 47" in line.latest.guarantee
    assert village.sent() == []


@pytest.mark.parametrize("who", [SUPPORTER])
def test_who_counted_or_asked_does_not_decide(village, who):
    figure = service.ask(village.session, count(village), asked_by=BOARD)
    for person in (who, BOARD):
        with pytest.raises(NotAllowed):
            service.decide(village.session, figure, approved_by=person)
    assert service.decide(village.session, figure, approved_by=OTHER).shown_at


def test_what_the_board_did_not_see_it_does_not_decide(village):
    figure = service.ask(village.session, count(village), asked_by=SUPPORTER)
    seen = figure.seen_as
    count(village, 99)
    with pytest.raises(Conflict):
        service.decide(village.session, figure, approved_by=BOARD, seen=seen)
    service.ask(village.session, figure.measurement, parts={"18-39": 99}, asked_by=SUPPORTER)
    with pytest.raises(Conflict):
        service.decide(village.session, figure, approved_by=BOARD, seen=f"99-0-{SUPPORTER}-{SUPPORTER}-")


def test_what_was_shown_is_never_released_within_its_year(village):
    figure = show(village, count(village))
    service.take_back(village.session, figure)
    for period in ("2026-1", "2026-2"):
        with pytest.raises(Conflict, match="rounded"):
            release(village, count(village, period=period))
    assert village.sent() == []
    assert release(village, count(village, period="2025-4")).value
    assert release(village, count(village, indicator="nl:members")).value


def test_what_was_released_is_never_shown_rounded_within_its_year(village):
    measurement = count(village)
    figure = service.ask(village.session, measurement, asked_by=SUPPORTER)
    release(village, measurement)
    with pytest.raises(Conflict, match="protected"):
        service.decide(village.session, figure, approved_by=BOARD)
    with pytest.raises(Conflict, match="protected"):
        service.ask(village.session, count(village, period="2026-2"), asked_by=SUPPORTER)
    (line,) = lines(village.session)
    assert (line.latest.value, line.latest.bar, line.latest.way) == (46, 12, "noise")


def test_two_scores_of_the_same_questions_are_one_figure(village):
    survey = {"period": "2026-03-01/2026-03-31", "denominator": 80}
    show(village, count(village, 40, indicator="nl:lonely", **survey))
    for code in ("nl:very_lonely", "nl:loneliness_score"):
        with pytest.raises(Conflict, match="rounded"):
            release(village, count(village, 30, indicator=code, **survey))
    release(village, count(village, 500, indicator="nl:cohesion", **survey))
    told = {line.code: line.latest for line in lines(village.session)}
    assert (told["nl:lonely"].kind, told["nl:lonely"].value) == ("share", 49)
    assert (told["nl:cohesion"].kind, told["nl:cohesion"].way) == ("mean", "noise")


def test_the_exact_parts_are_forgotten_and_the_exact_number_stays_in_its_table(village):
    show(village, count(village, 739_219), {"18-39": 400_118, "40-64": 339_101})
    for table in Base.metadata.sorted_tables:
        rows = repr(village.session.execute(text(f'SELECT * FROM "{table.name}"')).all())
        assert ("739219" in rows) == (table.name == "measurement"), table.name
        assert "400118" not in rows
        assert "339101" not in rows
    told = own_figures_csv(lines(village.session))
    assert "739220" in told
    assert "400120" in told
    assert "739219" not in told


@pytest.mark.parametrize(
    "parts", [{"18-39": 42}, {"18-39": 44}, {"18-39": 44, "40-64": -1}, {"baby": 43}, {"18-39": 43.0}]
)
def test_parts_that_are_not_the_whole_are_refused(village, parts):
    with pytest.raises(InvalidInput) as caught:
        service.ask(village.session, count(village), parts=parts, asked_by=SUPPORTER)
    assert "parts" in caught.value.fields


def test_a_survey_is_not_divided(village):
    measurement = count(village, 40, indicator="nl:lonely", period="2026-03-01/2026-03-31", denominator=80)
    with pytest.raises(InvalidInput):
        service.ask(village.session, measurement, parts={"18-39": 40}, asked_by=SUPPORTER)


def test_a_corrected_number_is_shown_again_and_takes_the_place_of_the_first(village):
    show(village, count(village, 43))
    show(village, count(village, 71))
    (line,) = lines(village.session)
    assert [point.value for point in line.points] == [70]
    assert village.session.query(OwnFigure).count() == 2
    with pytest.raises(Conflict):
        service.take_back(village.session, service.ask(village.session, count(village), asked_by=SUPPORTER))


def test_a_trend_breaks_where_protection_changes_and_says_when_nothing_clearly_changed(village):
    release(village, count(village, 40, period="2025-1"))
    release(village, count(village, 45, period="2025-2"))
    (line,) = lines(village.session)
    assert line.breaks == [False, False]
    assert change(line).is_clear is False
    release(village, count(village, 140, period="2025-3"))
    (line,) = lines(village.session)
    assert (change(line).is_clear, change(line).value) == (True, 95)
    show(village, count(village, 140, period="2026-1"))
    (line,) = lines(village.session)
    assert line.breaks == [False, False, False, True]
    assert change(line) is None


def test_a_correction_of_a_release_takes_its_place(village):
    measurement = count(village, 40)
    release(village, measurement)
    data = {"value": 60, "reason": "mistake"}
    again = corrections.correct(village.session, measurement, data, prepared_by=SUPPORTER)
    release(village, again)
    (line,) = lines(village.session)
    assert [point.value for point in line.points] == [63]
    assert json.dumps(village.sent()[-1]).count('"value": 63') == 1


def test_what_the_board_chose_for_the_network_is_not_shown_rounded_instead(village):
    """Else it could look at the number first, and keep back what it does not like."""
    figure_table.choose(village.session, ["nl:members_year"], chosen_by=BOARD, today=TODAY)
    for code in ("nl:members", "nl:members_year"):
        measurement = count(village, indicator=code, period="2025" if code.endswith("year") else "2026-1")
        with pytest.raises(Conflict, match="beforehand"):
            service.ask(village.session, measurement, asked_by=SUPPORTER)
    assert show(village, count(village)).shown_at
