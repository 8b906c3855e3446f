"""The fixed table: chosen beforehand, released or said to be not counted, so that absence tells nothing."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from directory.replica.figures import KIND, list_figures
from directory.replica.records import Record
from directory.search.documents import SearchDocument
from federation.database import now
from node.communities.models import Community
from node.indicators import service as indicators
from node.outcomes import closing, corrections, figure_table, service
from node.outcomes.noise import Noisy
from node.outcomes.periods import Quarter, past_quarters, period_named, year_of
from node.outcomes.table_models import OutcomeAbsence, ToldFigure
from schemas.errors import Conflict, InvalidInput
from schemas.indicators import NATIONAL
from schemas.survey_indicators import CATALOGUE
from tests.node.indicators.test_local import GARDEN
from tests.node.outcomes.test_pages import approve as approve_page
from tests.node.outcomes.test_pages import count, quarter

TODAY = date(2026, 7, 15)
SECOND = Quarter(2026, 2)
TABLE = ("nl:diners", "nl:members_year")


def choose(village, codes=TABLE, today=TODAY):
    figure_table.choose(village.session, codes, chosen_by=2, today=today)


def release(village, indicator="nl:diners", period="2026-2", value=40, today=TODAY):
    data = {"indicator": indicator, "period": period, "value": value}
    return approve(village, service.prepare(village.session, data, prepared_by=1, today=today))


def approve(village, measured):
    return service.approve(
        village.session,
        village.settings,
        measured,
        approved_by=2,
        noise=lambda number, **_: Noisy(number + 3, 12),
    )


def close(village, period=SECOND, today=TODAY):
    return closing.close(village.session, village.settings, period, said_by=2, today=today)


def codes_of(indicators):
    return [each.code for each in indicators]


def states(village, period=SECOND):
    return {line.indicator.code: line.state for line in closing.table_of(village.session, period)}


def test_until_the_board_chooses_everything_may_be_told(village):
    assert codes_of(figure_table.told(village.session, TODAY)) == codes_of(
        figure_table.told_over(village.session, SECOND)
    )
    assert set(codes_of(figure_table.told(village.session, TODAY))) == set(CATALOGUE)
    assert release(village).value == 43


def test_what_is_proposed_fits_in_a_year_with_room_for_a_correction():
    proposed = [CATALOGUE[code] for code in figure_table.PROPOSED]
    cost = figure_table.cost_of(proposed)
    assert figure_table.fits(proposed)
    assert cost["taking_part"] + NATIONAL["nl:diners"].epsilon <= 2.0


def test_what_is_not_in_the_table_is_refused_and_spends_nothing(village):
    choose(village)
    with pytest.raises(Conflict):
        release(village, "nl:volunteers")
    assert village.sent() == []
    release(village)


def test_nobody_chooses_after_a_period_is_over(village):
    choose(village)
    choose(village, (*TABLE, "nl:voters"), today=TODAY)
    with pytest.raises(Conflict):
        release(village, "nl:voters", "2025")
    assert "nl:voters" in codes_of(figure_table.told_over(village.session, year_of(2026)))
    assert "nl:voters" not in codes_of(figure_table.told_over(village.session, year_of(2025)))
    later = date(2026, 10, 5)
    choose(village, ("nl:members_year",), today=later)
    assert "nl:diners" in codes_of(figure_table.told_over(village.session, Quarter(2026, 3)))
    assert "nl:diners" not in codes_of(figure_table.told_over(village.session, Quarter(2026, 4)))


def test_a_first_choice_after_a_release_leaves_nothing_of_the_past_out(village):
    release(village)
    choose(village)
    assert set(codes_of(figure_table.told_over(village.session, SECOND))) == set(CATALOGUE)
    assert codes_of(figure_table.told_over(village.session, Quarter(2026, 3))) == list(TABLE)


def test_a_choice_of_today_can_be_undone_today(village):
    choose(village)
    choose(village, (*TABLE, "nl:voters"))
    choose(village)
    choose(village, ("nl:diners",))
    choose(village)
    rows = village.session.query(ToldFigure).all()
    assert sorted((row.indicator, row.until_on) for row in rows) == [(code, None) for code in sorted(TABLE)]


@pytest.mark.parametrize("codes", [(), ("nl:minutes",), tuple(NATIONAL), ("nl:nursing_home", "nl:lonely")])
def test_a_table_that_cannot_be_is_refused(village, codes):
    with pytest.raises(InvalidInput) as caught:
        choose(village, codes)
    assert list(caught.value.fields) == ["indicators"]
    assert not figure_table.is_chosen(village.session)


def test_what_was_not_counted_is_said_and_zero_is_released(village, neighbour):
    choose(village, (*TABLE, "nl:voters"))
    release(village, value=0)
    assert states(village) == {"nl:diners": "released"}
    assert close(village) == 0
    assert close(village, year_of(2025)) == 2
    assert close(village, year_of(2025)) == 0, "once said it stays said"
    assert len(village.sent()) == 2
    told = village.sent()[-1]["object"]
    assert (told["figures"], told["notCounted"]) == ([], ["nl:voters", "nl:members_year"])
    assert "Niet geteld is iets anders dan nul" in told["content"]
    assert neighbour.hears(village)
    assert neighbour.session.get(Record, told["id"]) is not None
    assert list_figures(neighbour.session) == []
    assert neighbour.session.query(SearchDocument).filter_by(kind=KIND).count() == 0
    assert village.session.query(OutcomeAbsence).count() == 2


def test_nobody_closes_while_a_number_waits_and_then_leaves_it_out(village):
    choose(village, ("nl:diners", "nl:volunteers"))
    data = {"indicator": "nl:diners", "period": "2026-2", "value": 4}
    service.prepare(village.session, data, prepared_by=1, today=TODAY)
    assert states(village) == {"nl:diners": "waits", "nl:volunteers": "open"}
    with pytest.raises(Conflict):
        close(village)
    assert village.sent() == []


def test_a_period_that_is_not_over_and_a_village_without_a_table_close_nothing(village):
    with pytest.raises(Conflict):
        close(village)
    assert closing.closable(village.session, TODAY) == []
    choose(village)
    for period in (Quarter(2026, 3), year_of(2026)):
        with pytest.raises(Conflict):
            close(village, period)


@pytest.mark.parametrize("named", ["2026-03-02/2026-03-20", "2012", "2012-2"])
def test_days_over_which_nothing_is_counted_here_are_not_closed(village, named):
    choose(village)
    with pytest.raises(InvalidInput):
        close(village, period_named(named))
    assert village.sent() == []


def test_what_is_counted_later_after_all_is_told_in_its_place(village):
    choose(village)
    assert close(village) == 1
    assert states(village) == {"nl:diners": "not_counted"}
    release(village)
    assert states(village) == {"nl:diners": "released"}


def test_a_figure_of_our_own_that_is_not_counted_any_more_stays_owed_for_what_is_past(village):
    own = indicators.define(village.session, GARDEN)
    choose(village, ("nl:diners", own.code))
    indicators.retire(village.session, own.slug, is_over=True)
    assert states(village) == {"nl:diners": "open", own.code: "open"}
    assert close(village) == 2
    assert village.sent()[-1]["object"]["notCounted"] == ["nl:diners"], "others do not know our own"
    assert states(village) == {"nl:diners": "not_counted", own.code: "not_counted"}


def test_the_table_has_the_last_correction_that_was_released(village):
    choose(village)
    first = release(village).measurement
    data = {"value": 60, "denominator": None, "reason": "late"}
    again = corrections.correct(village.session, first, data, prepared_by=1)
    assert closing.table_of(village.session, SECOND)[0].measurement is first
    approve(village, again)
    assert closing.table_of(village.session, SECOND)[0].measurement is again


def test_whether_a_figure_is_there_never_depends_on_what_was_counted(village):
    """Every number that can be is released, and what is told beside it is the same for all of them."""
    choose(village)
    seen = set()
    for back, value in enumerate((0, 1, 4, 9, 1_000_000)):
        period = past_quarters(TODAY, 8)[back]
        release(village, period=str(period), value=value)
        close(village, period)
        seen.add(tuple(sorted(states(village, period).items())))
    assert seen == {(("nl:diners", "released"),)}


def test_the_board_chooses_and_closes_in_the_browser_and_everybody_reads(site):
    assert "nog niet gekozen" in site.get("", "/cijfers/tabel").text
    page = site.get("board", "/cijfers/tabel/kiezen").text
    assert page.count(" checked") == len(figure_table.PROPOSED)
    too_much = site.post("board", "/cijfers/tabel/kiezen", {"indicators": sorted(NATIONAL)})
    assert too_much.status_code == 422
    assert "meer dan het budget" in too_much.text
    assert site.post("board", "/cijfers/tabel/kiezen", {"indicators": list(TABLE)}).status_code == 303
    count(site, value="44")
    approve_page(site)
    last = past_quarters(now().date(), 2)[1]
    assert site.post("board", "/cijfers/tabel/sluiten", {"period": str(last)}).status_code == 303
    public = site.get("", "/cijfers/tabel").text
    assert "Niet geteld" in public
    assert "± 12" in public
    for role in ("", "member", "supporter"):
        for path in ("/cijfers/tabel/kiezen", "/cijfers/tabel/sluiten"):
            assert site.post(role, path).status_code in {302, 403}, (role, path)
    for period in ("", "2026-9", "x" * 50):
        assert site.post("board", "/cijfers/tabel/sluiten", {"period": period}).status_code == 422


def test_the_board_reads_beforehand_that_a_figure_was_not_chosen(site):
    count(site)
    assert site.post("board", "/cijfers/tabel/kiezen", {"indicators": ["nl:members"]}).status_code == 303
    page = site.get("board", "/cijfers/1/goedkeuren").text
    assert "Ja, deel dit cijfer" not in page
    assert "koos dit cijfer niet voordat" in page
    assert approve_page(site).status_code == 409


def test_programs_choose_close_and_read(site):
    api = site.app.test_client()
    path, board = "/api/v1/outcomes/table", site.token("board", "write:outcomes")
    assert api.get(path).json["isChosen"] is False
    body = {"indicators": list(TABLE)}
    assert api.put(path, json=body, headers=site.token("supporter")).status_code == 403
    assert api.put(path, json=body, headers=board).json["told"] == list(TABLE)
    closed = api.post(f"{path}/close", json={"period": quarter()}, headers=board)
    assert closed.json == {"notCounted": 1}
    newest = next(each for each in api.get(path).json["periods"] if each["period"] == quarter())
    assert newest["figures"][0]["state"] == "not_counted"
    for bad in ({}, {"indicators": []}, {"indicators": ["x"]}, {"indicators": "nl:diners"}):
        assert api.put(path, json=bad, headers=board).status_code == 422, bad
    for bad in ({}, {"period": "nooit"}, {"period": "2026-1", "x": 1}):
        assert api.post(f"{path}/close", json=bad, headers=board).status_code == 422, bad
    future = str(now().date().year + 1)
    assert api.post(f"{path}/close", json={"period": future}, headers=board).status_code == 409


def test_two_who_choose_at_once_leave_one_table(site):
    """The second waits for the first, and so sees that something was chosen."""
    with site.runtime.database.session() as session:
        assert session.query(Community).count() == 1
        figure_table.choose(session, TABLE, chosen_by=1, today=TODAY)
        session.commit()
    with site.runtime.database.session() as session:
        figure_table.choose(session, TABLE, chosen_by=2, today=TODAY + timedelta(days=1))
        session.commit()
        assert session.query(ToldFigure).count() == len(TABLE)
