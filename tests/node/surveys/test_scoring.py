"""Scores against the worked rules of the instruments: which answers count, and what may be missing."""

from __future__ import annotations

from itertools import product

import pytest

from node.survey_results.measures import measures_of
from node.surveys.catalogue import CATALOGUE
from node.surveys.instruments import Asked, may_be_compared
from node.surveys.scoring import (
    SUBSCALE_RULES,
    Loneliness,
    cohesion,
    cohesion_points,
    loneliness,
    subscale_class,
)

YES, MORE_OR_LESS, NO = 1, 2, 3


def six(*answers):
    return {f"djg6.{at}": answer for at, answer in enumerate(answers, 1)}


@pytest.mark.parametrize(
    ("answers", "total", "emotional", "social"),
    [
        # emptiness, fall back, trust, miss people, connected, let down
        ((NO, YES, YES, NO, YES, NO), 0, 0, 0),
        ((YES, NO, NO, YES, NO, YES), 6, 3, 3),
        ((MORE_OR_LESS,) * 6, 6, 3, 3),
        ((YES,) * 6, 3, 3, 0),
        ((NO,) * 6, 3, 0, 3),
        ((MORE_OR_LESS, YES, MORE_OR_LESS, NO, YES, NO), 2, 1, 1),
        ((NO, YES, YES, NO, YES, None), 0, None, 0),
        ((YES, NO, NO, YES, NO, None), 5, None, 3),
        ((YES, None, NO, YES, NO, YES), 5, 3, None),
        ((YES, None, NO, YES, NO, None), None, None, None),
        ((None, YES, YES, None, YES, NO), None, None, 0),
        ((None,) * 6, None, None, None),
    ],
)
def test_six_statements(answers, total, emotional, social):
    assert loneliness(six(*answers)) == Loneliness(total, emotional, social)


def test_a_question_that_is_not_there_is_missing():
    given = six(YES, NO, NO, YES, NO, YES)
    del given["djg6.6"]
    assert loneliness(given) == Loneliness(5, None, 3)
    assert loneliness({}) == Loneliness(None, None, None)


def test_all_answers_of_six_are_scored_as_the_syntax_of_the_manual_counts_them():
    """An independent count: SPSS adds per item a one for the values that are named with it."""
    for answers in product((YES, MORE_OR_LESS, NO, None), repeat=6):
        one, two, three, four, five, six_ = answers
        emotional = [one, four, six_]
        social = [two, three, five]
        ones = sum(each in (1, 2) for each in emotional) + sum(each in (2, 3) for each in social)
        missing = answers.count(None)
        score = loneliness(six(*answers))
        assert score.total == (ones if missing < 2 else None)
        assert (score.emotional is None) == (None in emotional)
        assert (score.social is None) == (None in social)


def loneliness_class(total, code):
    """The class of a total, as results tell it."""
    (whole, *_subscales) = measures_of([Asked(code, "", "", ())], "cbs")
    return whole.class_of(total)


def test_the_classes_of_six():
    classes = [loneliness_class(total, "djg6") for total in range(7)]
    assert classes == ["none", "none", "some", "some", "some", "strong", "strong"]


def test_the_classes_of_a_subscale_differ_by_source_and_are_named():
    assert [subscale_class(score, "cbs") for score in range(4)] == ["none", "some", "some", "strong"]
    assert [subscale_class(score, "manual") for score in range(4)] == ["none", "some", "some", "some"]
    assert set(SUBSCALE_RULES) == {"cbs", "manual"}
    with pytest.raises(KeyError):
        subscale_class(1, "other")


def test_eleven_statements():
    worst = {"djg11." + str(at): (YES if at in {2, 3, 5, 6, 9, 10} else NO) for at in range(1, 12)}
    assert loneliness(worst, "djg11") == Loneliness(11, 6, 5)
    best = {item: (NO if answer == YES else YES) for item, answer in worst.items()}
    assert loneliness(best, "djg11") == Loneliness(0, 0, 0)
    assert loneliness({**worst, "djg11.2": None}, "djg11") == Loneliness(10, None, 5)
    assert loneliness({**worst, "djg11.2": None, "djg11.1": None}, "djg11").total is None
    bounds = [loneliness_class(total, "djg11") for total in (0, 2, 3, 8, 9, 10, 11)]
    assert bounds == ["none", "none", "some", "some", "strong", "strong", "very_strong"]


def statements(*answers):
    return {f"cohesion6.{at}": answer for at, answer in enumerate(answers, 1)}


@pytest.mark.parametrize(
    ("answers", "score", "points"),
    [
        ((1, 1, 1, 5, 1, 1), 10.0, 10),
        ((5, 5, 5, 1, 5, 5), 0.0, 0),
        ((3, 3, 3, 3, 3, 3), 5.0, 5),
        ((1, 1, 1, 1, 1, 1), 2.5 * 20 / 6, 8),
        ((2, 2, 2, 4, 2, 2), 7.5, 8),
        ((2, 2, 2, 4, 2, None), 7.5, 8),
        ((2, 2, 2, 4, None, None), None, None),
        ((4, 4, 4, 2, 4, 4), 2.5, 3),
    ],
)
def test_cohesion(answers, score, points):
    found = cohesion(statements(*answers))
    assert found == (None if score is None else pytest.approx(score))
    assert cohesion_points(statements(*answers)) == points


def test_instruments_have_ids_of_their_own_and_are_compared_with_themselves_only():
    ids = [item.id for each in CATALOGUE.values() for item in each.items]
    assert len(ids) == len(set(ids))
    for code, each in CATALOGUE.items():
        assert all(item.id.startswith(f"{code}.") for item in each.items)
        assert all(item.answers[0].value == 1 for item in each.items)
        assert each.source
    assert may_be_compared("djg6", "djg6")
    assert not may_be_compared("djg6", "djg11")
    assert not may_be_compared("djg6", "ucla")


def test_the_six_are_those_of_the_manual_in_their_order():
    texts = [item.text for item in CATALOGUE["djg6"].items]
    wanted = ("leegte", "terugvallen", "vertrouwen", "mis mensen", "verbonden", "in de steek")
    assert all(word in text for word, text in zip(wanted, texts, strict=True))
    assert [answer.text for answer in CATALOGUE["djg6"].items[0].answers] == ["Ja", "Min of meer", "Nee"]
