"""One person releases a figure while another shows it: only one of them gets it, on both databases."""

from __future__ import annotations

import pytest

from node.outcomes import service as outcomes
from node.outcomes.models import OutcomeRelease
from node.own_figures import service
from node.own_figures.models import OwnFigure
from schemas.errors import Conflict
from tests.node.outcomes.test_budget import Pressing
from tests.node.own_figures.test_showing import TODAY

SURVEY = {"period": "2026-03-01/2026-03-31", "denominator": 80}


@pytest.mark.parametrize("code", ["nl:lonely", "nl:loneliness_score"])
def test_what_is_released_and_shown_at_once_leaves_in_one_way(site, code):
    """The same figure, and another one made of the same answers."""
    with site.runtime.database.session() as session:
        shown, sent = (
            outcomes.prepare(session, {"indicator": each, "value": 40, **SURVEY}, prepared_by=90, today=TODAY)
            for each in ("nl:lonely", code)
        )
        asked = service.ask(session, shown, asked_by=90)
        session.commit()
        figure_id, sent_id = asked.id, sent.id
    pressing = Pressing(site)

    def show(session):
        figure = service.decide(session, service.get_figure(session, figure_id), approved_by=91)
        return figure.shown_at

    answers = pressing.at_once(show, lambda session: pressing.approve(session, sent_id))
    assert [type(each) for each in answers].count(Conflict) == 1
    with site.runtime.database.session() as session:
        shown_count = session.query(OwnFigure).filter(OwnFigure.shown_at.is_not(None)).count()
        released_count = session.query(OutcomeRelease).count()
        assert shown_count + released_count == 1


def test_two_of_the_board_show_it_at_once_and_it_is_shown_once(site):
    with site.runtime.database.session() as session:
        data = {"indicator": "nl:diners", "period": "2026-1", "value": 43}
        measured = outcomes.prepare(session, data, prepared_by=90, today=TODAY)
        figure_id = service.ask(session, measured, asked_by=90).id
        session.commit()

    def show(session):
        return service.decide(session, service.get_figure(session, figure_id), approved_by=91).shown_at

    first, then = Pressing(site).at_once(show, show)
    assert first == then
