"""Saying a word about a figure: kept, taken back, and always the same as what the board has."""

from __future__ import annotations

import threading
from datetime import date

import pytest

from node.indicators.service import define
from node.outcomes import service
from node.outcomes.models import Measurement
from node.outcomes.noise import Noisy
from node.outcomes.periods import Quarter, year_of
from node.own_figures import service as own_figures
from node.quarters.answering import answer, ask_board, take_back
from node.quarters.kept import kept_of, words_about
from node.quarters.models import MOST_KEPT, QuarterAnswer
from node.quarters.words import NOT_COUNTED, OPEN, Line, counted
from schemas.errors import Conflict, InvalidInput
from schemas.indicators import NATIONAL
from schemas.yearly_indicators import YEARLY

TODAY = date(2026, 7, 15)
MEMBERS = Line(NATIONAL["nl:members"], Quarter(2026, 2))
SUPPORTER, BOARD = 1, 2


def say(village, word, *, line=MEMBERS, by=SUPPORTER, **more):
    return answer(village.session, line, word, by=by, today=TODAY, **more)


def back(village, line=MEMBERS, by=SUPPORTER):
    return take_back(village.session, line, by=by, today=TODAY)


def with_board(village, line=MEMBERS):
    return village.session.query(Measurement).filter_by(indicator=line.indicator.code).one_or_none()


def give(village, word, by=SUPPORTER):
    return ask_board(village.session, MEMBERS, word, by=by, today=TODAY)


def release(village):
    def near(value, **_):
        return Noisy(value + 1, 12)

    service.approve(village.session, village.settings, with_board(village), approved_by=BOARD, noise=near)


def test_the_last_word_holds_and_can_be_taken_back(village):
    assert kept_of(village.session, MEMBERS).word == OPEN
    say(village, counted(520))
    say(village, counted(521), by=BOARD)
    kept = kept_of(village.session, MEMBERS)
    assert (kept.word, kept.said_by, kept.before) == (counted(521), BOARD, counted(520))
    assert back(village).word == counted(520)
    assert back(village).word == OPEN
    with pytest.raises(Conflict):
        back(village)


def test_not_counted_is_no_zero(village):
    assert say(village, NOT_COUNTED).word == NOT_COUNTED
    assert say(village, counted(0)).word == counted(0)
    assert back(village).word == NOT_COUNTED


def test_the_same_word_again_is_no_new_word(village):
    say(village, counted(520))
    say(village, counted(520), by=BOARD)
    assert len(words_about(village.session, MEMBERS)) == 1
    assert kept_of(village.session, MEMBERS).said_by == SUPPORTER


def test_two_people_do_not_overwrite_one_another(village):
    say(village, counted(520), seen="")
    with pytest.raises(Conflict) as caught:
        say(village, counted(500), by=BOARD, seen="")
    assert caught.value.params == {"there": "520", "yours": "500"}
    assert kept_of(village.session, MEMBERS).word == counted(520)
    assert say(village, counted(520), by=BOARD, seen="").said_by == SUPPORTER, "they agree"
    assert say(village, counted(500), by=BOARD, seen="520").word == counted(500)


def test_nothing_waits_for_the_board_before_it_is_asked(village):
    say(village, counted(520))
    assert with_board(village) is None
    assert village.sent() == []


def test_what_the_board_has_changes_along_with_who_changed_it(village):
    say(village, counted(520))
    give(village, counted(520))
    say(village, counted(530), by=BOARD)
    assert (with_board(village).raw_value, with_board(village).prepared_by) == (530, BOARD)
    back(village, by=BOARD)
    assert (with_board(village).raw_value, with_board(village).prepared_by) == (520, SUPPORTER)
    say(village, NOT_COUNTED)
    assert with_board(village) is None, "without a number nothing waits"


def test_what_a_program_gave_the_board_is_a_word_too(village):
    give(village, counted(519, 1_600))
    kept = kept_of(village.session, MEMBERS)
    assert (kept.word, kept.source, kept.before) == (counted(519, 1_600), "program", None)
    say(village, counted(520), seen="519/1600")
    assert back(village).word == counted(519, 1_600)
    assert with_board(village).raw_value == 519


def test_after_the_release_nothing_changes(village):
    say(village, counted(520))
    give(village, counted(520))
    release(village)
    for change in (
        lambda: say(village, counted(3)),
        lambda: say(village, NOT_COUNTED),
        lambda: back(village),
    ):
        with pytest.raises(Conflict):
            change()
    assert with_board(village).raw_value == 520


def asked_to_show(village):
    say(village, counted(520))
    measurement = give(village, counted(520))
    return own_figures.ask(village.session, measurement, asked_by=SUPPORTER)


def test_what_only_waits_for_our_own_page_goes_along_with_the_number(village):
    asked_to_show(village)
    assert say(village, NOT_COUNTED).word == NOT_COUNTED
    assert with_board(village) is None
    assert own_figures.waiting(village.session) == []


@pytest.mark.parametrize("change", [lambda village: say(village, NOT_COUNTED), back])
def test_what_was_on_our_own_page_keeps_a_number(village, change):
    own_figures.decide(village.session, asked_to_show(village), approved_by=BOARD)
    with pytest.raises(Conflict, match="own page"):
        change(village)
    assert with_board(village).raw_value == 520
    assert say(village, counted(521)).word == counted(521)


def test_old_words_go(village):
    for number in range(MOST_KEPT + 5):
        say(village, counted(number))
    rows = words_about(village.session, MEMBERS)
    assert [row.value for row in rows] == list(range(5, MOST_KEPT + 5))
    assert back(village).word == counted(MOST_KEPT + 3)
    assert say(village, counted(9)).word == counted(9)


@pytest.mark.parametrize(
    ("word", "place"),
    [
        (counted(-1), "value"),
        (counted(10**7), "value"),
        (counted(5, 0), "denominator"),
        (counted(5, 10**7), "denominator"),
    ],
)
def test_numbers_that_cannot_be_are_refused_with_their_place(village, word, place):
    with pytest.raises(InvalidInput) as caught:
        say(village, word)
    assert place in caught.value.fields
    assert village.session.query(QuarterAnswer).count() == 0


def test_a_figure_of_our_own_and_one_of_the_year(village):
    row = define(
        village.session,
        {
            "name": "Mensen in de moestuin",
            "goal": "Mensen zijn samen buiten",
            "definition": "Wie minstens één keer meehielp.",
            "unit": "personen per kwartaal",
            "instrument": "Een lijst bij het hek.",
            "direction": "up",
            "numerator": "mensen die hielpen",
            "denominator": "inwoners",
            "measuredBy": "village",
        },
    )
    own = Line(service.current(village.session, row.code), Quarter(2026, 2))
    assert say(village, counted(12), line=own).word == counted(12)
    with pytest.raises(InvalidInput):
        say(village, counted(12, 1_900), line=own)
    year = Line(YEARLY["nl:home_at_eighty"], year_of(2025))
    assert say(village, counted(61, 80), line=year).word == counted(61, 80)
    assert ask_board(village.session, year, counted(61, 80), by=1, today=TODAY).period_end == date(
        2025, 12, 31
    )


@pytest.mark.parametrize("values", [(500, 510), (500, 500)], ids=["they-differ", "they-agree"])
def test_two_people_at_the_same_moment(runtime, session, values):
    session.rollback()
    start, came = threading.Barrier(2), []

    def fill_in(value):
        start.wait()
        with runtime.database.session(write=True) as own:
            try:
                answer(own, MEMBERS, counted(value), by=value, today=TODAY, seen="")
                own.commit()
                came.append(value)
            except Conflict:
                own.rollback()

    people = [threading.Thread(target=fill_in, args=(value,)) for value in values]
    for each in people:
        each.start()
    for each in people:
        each.join()
    assert [row.value for row in words_about(session, MEMBERS)] == came[:1]
    assert len(came) == (2 if values[0] == values[1] else 1), "who agrees is not refused"
