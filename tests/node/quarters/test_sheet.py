"""The sheet of a quarter: what is asked, proposed, and still open."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from node.communities.models import find_community
from node.gatherings.models import Gathering, GatheringOccurrence
from node.outcomes.figure_table import choose
from node.outcomes.periods import Quarter
from node.quarters.answering import answer
from node.quarters.sheet import sheet_of, waiting
from node.quarters.words import NOT_COUNTED, counted
from schemas.errors import NotFound
from schemas.yearly_indicators import YEARLY
from tests.node.signing_in import set_up_village

TODAY = date(2027, 1, 15)
AUTUMN, LAST = Quarter(2026, 3), Quarter(2026, 4)


def say(session, quarter, key, word):
    figure = sheet_of(session, quarter, with_hints=False).figure(key)
    return answer(session, figure.line, word, by=1, today=TODAY)


def figure(session, key, quarter=AUTUMN):
    return sheet_of(session, quarter).figure(key)


def table(session, *attended):
    gathering = Gathering(name="Eet", first_on=AUTUMN.start, rrule="FREQ=WEEKLY;BYDAY=TH;UNTIL=20260901")
    gathering.indicator = "nl:diners"
    for week, people in enumerate(attended):
        day = date(2026, 7, 2) + timedelta(weeks=week)
        gathering.occurrences.append(
            GatheringOccurrence(happens_on=day, attendance=people, is_cancelled=False)
        )
    session.add(gathering)
    session.flush()


def test_the_sheet_of_the_last_quarter_asks_for_the_year_too(village):
    assert [each.key for each in sheet_of(village.session, AUTUMN).figures] == [
        "nl-diners",
        "nl-volunteers",
        "nl-members",
    ]
    last = sheet_of(village.session, LAST)
    assert {each.indicator.code for each in last.figures if each.is_yearly} == set(YEARLY)
    assert last.figure("nl-voters").period.start == date(2026, 1, 1)
    with pytest.raises(NotFound):
        last.figure("nl-minutes")


def test_members_are_remembered_and_others_only_offered(village):
    for key, number in (("nl-members", 520), ("nl-diners", 41)):
        say(village.session, AUTUMN, key, counted(number))
    members, diners = figure(village.session, "nl-members", LAST), figure(village.session, "nl-diners", LAST)
    assert (members.fill, members.proposal.source) == (520, "before")
    assert (diners.fill, diners.proposal.value) == (None, 41)
    say(village.session, LAST, "nl-members", counted(531))
    assert figure(village.session, "nl-members", LAST).fill is None, "what is kept stands there"


def test_the_public_number_is_remembered_too(village):
    say(village.session, AUTUMN, "nl-members", counted(520, 1_600))
    assert figure(village.session, "nl-members", LAST).fill_denominator == 1_600
    assert figure(village.session, "nl-members", AUTUMN).fill_denominator is None


def test_not_counted_before_proposes_nothing(village):
    say(village.session, AUTUMN, "nl-members", NOT_COUNTED)
    assert figure(village.session, "nl-members", LAST).proposal is None


def test_heads_are_offered_and_never_filled_in(village):
    table(village.session, 20, 31)
    diners = figure(village.session, "nl-diners")
    assert diners.fill is None
    assert diners.proposal.told.params["least"] == 31
    assert diners.proposal.told.params["most"] == 51


def test_who_came_the_only_time_is_known(village):
    table(village.session, 31)
    assert figure(village.session, "nl-diners").fill == 31


def test_the_quarters_say_what_the_year_can_be(village):
    for number, (members, diners) in enumerate(((500, 30), (510, 41), (505, 28), (520, 35)), 1):
        quarter = Quarter(2026, number)
        say(village.session, quarter, "nl-members", counted(members))
        if number > 1:
            say(village.session, quarter, "nl-diners", counted(diners))
    year = sheet_of(village.session, LAST)
    assert year.figure("nl-members-year").fill == 520
    assert year.figure("nl-diners-year").fill is None
    assert year.figure("nl-diners-year").proposal.value == 41
    say(village.session, Quarter(2026, 1), "nl-diners", counted(30))
    bounds = figure(village.session, "nl-diners-year", LAST).proposal.told.params
    assert (bounds["least"], bounds["most"]) == (41, 134)
    for value, kinds in ((40, ["impossible"]), (41, []), (134, []), (135, ["impossible"])):
        say(village.session, LAST, "nl-diners-year", counted(value))
        told = [each.kind for each in figure(village.session, "nl-diners-year", LAST).hints]
        assert told == kinds, value


def test_what_the_board_does_not_tell_is_not_asked_for(session, settings, runtime):
    set_up_village(settings, runtime)
    find_community(session).set_up_at = datetime(2026, 12, 3, tzinfo=UTC)
    choose(session, ["nl:members"], chosen_by=1, today=date(2026, 6, 1))
    sheet = sheet_of(session, LAST)
    assert [each.indicator.code for each in sheet.to_fill_in()] == ["nl:members"]
    assert len(sheet.figures) == 3 + len(YEARLY)
    assert waiting(session, TODAY) == 1


def test_each_figure_is_somewhere_on_its_way(village):
    say(village.session, AUTUMN, "nl-members", counted(520))
    say(village.session, AUTUMN, "nl-diners", NOT_COUNTED)
    sheet = sheet_of(village.session, AUTUMN)
    assert [[each.key for each in sheet.staged(stage)] for stage in ("open", "counted", "not_counted")] == [
        ["nl-volunteers"],
        ["nl-members"],
        ["nl-diners"],
    ]


def test_numbers_on_the_sheet_are_looked_at_beside_one_another(village):
    for key, number in (("nl-members", 40), ("nl-volunteers", 60)):
        say(village.session, AUTUMN, key, counted(number))
    assert [each.kind for each in figure(village.session, "nl-volunteers").hints] == ["remarkable"]
    assert figure(village.session, "nl-diners").hints == []
    say(village.session, LAST, "nl-members", counted(400))
    assert [each.kind for each in figure(village.session, "nl-members", LAST).hints] == ["digit"]


def test_a_quarter_from_before_we_began_is_not_asked_about(session, settings, runtime):
    set_up_village(settings, runtime)
    community = find_community(session)
    community.set_up_at = datetime(2027, 1, 3, tzinfo=UTC)
    assert waiting(session, TODAY) == 0
    community.set_up_at = datetime(2026, 12, 3, tzinfo=UTC)
    assert waiting(session, TODAY) == 3 + len(YEARLY)
    say(session, LAST, "nl-members", NOT_COUNTED)
    assert waiting(session, TODAY) == 2 + len(YEARLY)
    community.is_village = False
    assert waiting(session, TODAY) == 0
