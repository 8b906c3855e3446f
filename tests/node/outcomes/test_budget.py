"""The ledger: what was spent on what; refused when it is spent, also when two press at once."""

from __future__ import annotations

import contextlib
import threading
from datetime import date

import pytest

from federation.sending.published import PublishedObject
from node.outcomes import corrections, service
from node.outcomes.budget import ledger_of
from node.outcomes.models import Measurement, OutcomeRelease, PrivacyBudget
from node.outcomes.noise import Noisy
from schemas.errors import AppError, Conflict
from tests.node.outcomes.test_pages import approve as approve_page
from tests.node.outcomes.test_pages import count

TODAY = date(2026, 7, 15)


def prepare(session, number, value=40):
    data = {"indicator": "nl:diners", "period": f"2025-{number}", "value": value}
    return service.prepare(session, data, prepared_by=1, today=TODAY)


class Pressing:
    """Several who press at the same moment, each in a thread with a connection of its own."""

    def __init__(self, site):
        self.site, self.draws, self.answers = site, 0, []

    def noise(self, value, **_):
        self.draws += 1
        return Noisy(value + self.draws, 12)

    def approve(self, session, measurement_id, by=2):
        measurement = service.get_measurement(session, measurement_id)
        settings = self.site.settings
        return service.approve(session, settings, measurement, approved_by=by, noise=self.noise).value

    def at_once(self, *acts):
        """Let each act run when all are ready; what each said is in ``answers``."""
        ready = threading.Barrier(len(acts))

        def run(act):
            with self.site.runtime.database.session() as session:
                session.connection()
                with contextlib.suppress(threading.BrokenBarrierError):
                    ready.wait(timeout=1)  # on SQLite a second writer waits already here
                try:
                    answer = act(session)
                    session.commit()
                except AppError as error:
                    answer = error
                self.answers.append(answer)

        threads = [threading.Thread(target=run, args=(act,)) for act in acts]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(timeout=30)
        assert len(self.answers) == len(acts), "nobody waits for ever, and nothing fell"
        return self.answers


@pytest.fixture
def pressing(site):
    return Pressing(site)


def test_the_ledger_says_what_was_spent_on_what_and_adds_up(village):
    for number in (1, 2):
        service.approve(
            village.session,
            village.settings,
            prepare(village.session, number),
            approved_by=2,
            noise=lambda value, **_: Noisy(value, 12),
        )
    taking_part, wellbeing = ledger_of(village.session, 2025).purses
    assert [each.measurement.period_start.month for each in taking_part.releases] == [1, 4]
    assert (taking_part.spent, taking_part.left, taking_part.allowed) == (0.5, 1.5, 2.0)
    assert sum(each.epsilon for each in taking_part.releases) == taking_part.spent
    assert (wellbeing.spent, wellbeing.left, list(wellbeing.releases)) == (0.0, 1.0, [])


def test_two_who_approve_at_once_draw_once_and_get_the_same(pressing):
    with pressing.site.runtime.database.session() as session:
        number = prepare(session, 1).id
        session.commit()
    answers = pressing.at_once(
        lambda session: pressing.approve(session, number), lambda session: pressing.approve(session, number)
    )
    assert answers == [41, 41]
    assert pressing.draws == 1
    with pressing.site.runtime.database.session() as session:
        assert session.get(PrivacyBudget, 2025).spent == 0.25
        assert session.query(OutcomeRelease).count() == 1
        kinds = [row.document.get("recordType") for row in session.query(PublishedObject)]
        assert kinds.count("OutcomeRelease") == 1


def test_two_different_figures_at_once_never_spend_more_than_there_is(pressing):
    with pressing.site.runtime.database.session() as session:
        numbers = [prepare(session, quarter).id for quarter in (1, 2)]
        session.add(PrivacyBudget(year=2025, allowed=2.0, spent=1.75))
        session.commit()
    answers = pressing.at_once(
        *(lambda session, number=number: pressing.approve(session, number) for number in numbers)
    )
    assert sorted(type(each).__name__ for each in answers) == ["Conflict", "int"]
    with pressing.site.runtime.database.session() as session:
        assert session.get(PrivacyBudget, 2025).spent == 2.0
        assert session.query(OutcomeRelease).count() == 1


def test_the_first_two_releases_of_a_year_at_once_keep_one_ledger(pressing):
    with pressing.site.runtime.database.session() as session:
        numbers = [prepare(session, quarter).id for quarter in (1, 2)]
        session.commit()
    pressing.at_once(
        *(lambda session, number=number: pressing.approve(session, number) for number in numbers)
    )
    with pressing.site.runtime.database.session() as session:
        assert session.get(PrivacyBudget, 2025).spent == 0.5
        assert session.query(OutcomeRelease).count() == 2


def test_a_number_that_changes_at_the_moment_of_the_decision_is_either_released_or_refused(pressing):
    """Never is something released that is not what stands in the table, and never is it changed after."""
    with pressing.site.runtime.database.session() as session:
        number = prepare(session, 1).id
        session.commit()
    pressing.at_once(
        lambda session: pressing.approve(session, number),
        lambda session: prepare(session, 1, value=90).raw_value,
    )
    with pressing.site.runtime.database.session() as session:
        measurement = session.get(Measurement, number)
        assert measurement.release.value == measurement.raw_value + 1
        changed = any(isinstance(each, Conflict) for each in pressing.answers)
        assert measurement.raw_value == (40 if changed else 90)


def test_who_counts_or_corrects_the_same_figure_at_once_share_one_row(pressing):
    pressing.at_once(
        lambda session: prepare(session, 1, value=40).raw_value,
        lambda session: prepare(session, 1, value=41).raw_value,
    )
    with pressing.site.runtime.database.session() as session:
        measured = session.query(Measurement).one()
        pressing.approve(session, measured.id)
        session.commit()
    data = {"value": 50, "reason": "late"}
    pressing.answers.clear()

    def correct(session):
        first = service.get_measurement(session, measured.id)
        return corrections.correct(session, first, data, prepared_by=1).edition

    assert pressing.at_once(correct, correct) == [2, 2]


def test_everybody_reads_the_ledger(site):
    count(site, value="739")
    approve_page(site)
    page = site.get("", "/cijfers/budget")
    assert "0,25 van 2" in page.text
    assert "739" not in page.text
    assert "Eters aan tafel" in page.text
    purses = site.app.test_client().get("/api/v1/outcomes/budget").json["items"][0]["purses"]
    assert (purses[0]["topic"], purses[0]["spent"], purses[0]["left"]) == ("taking_part", 0.25, 1.75)
    assert purses[0]["releases"][0]["indicator"] == "nl:diners"
    assert set(purses[0]["releases"][0]) == {
        "indicator",
        "periodStart",
        "periodEnd",
        "edition",
        "epsilon",
        "objectUri",
    }
