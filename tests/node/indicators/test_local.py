"""A village's own figures: under its own host, by version, with their definition on the wire."""

from __future__ import annotations

from datetime import date

import pytest

from directory.national.replica_parts import gather_from_replica
from directory.replica.figures import is_in_own_name, list_figures
from node.indicators import service
from node.outcomes import service as outcomes
from node.outcomes.budget import budget_of
from node.outcomes.noise import Noisy
from schemas.errors import Conflict, InvalidInput, NotFound

TODAY = date(2026, 7, 15)
GARDEN = {
    "name": "Mensen in de moestuin",
    "goal": "Mensen ontmoeten elkaar",
    "definition": "Wie in het kwartaal minstens één keer in de moestuin werkte.",
    "unit": "personen per kwartaal",
    "direction": "up",
    "numerator": "mensen die in de moestuin werkten",
    "denominator": "volwassen inwoners",
    "instrument": "Een lijstje in de schuur, één streepje per mens.",
    "measuredBy": "village",
}
CODE = "127.0.0.1:8102/mensen-in-de-moestuin"


def release(village, code, value, period="2026-2"):
    data = {"indicator": code, "period": period, "value": value}
    measured = outcomes.prepare(village.session, data, prepared_by=1, today=TODAY)
    noise = lambda raw, **_options: Noisy(raw + 3, 12)  # noqa: E731
    return outcomes.approve(village.session, village.settings, measured, approved_by=2, noise=noise)


def test_a_figure_of_our_own_is_counted_released_and_understood_elsewhere(village, neighbour):
    assert service.define(village.session, GARDEN).code == CODE
    release(village, CODE, 30)
    told = village.sent()[-1]["object"]["figures"][0]
    assert told["definition"] == GARDEN
    assert neighbour.hears(village)
    (figure,) = list_figures(neighbour.session)
    assert (figure.indicator, figure.value) == (CODE, 33)
    release(village, "nl:diners", 30)
    assert neighbour.hears(village)
    known = service.known(neighbour.session, CODE)
    assert (known.nl, known.denominator, known.bound) == (GARDEN["name"], "volwassen inwoners", 1)
    assert [each.code for each in service.released_elsewhere(neighbour.session)] == [CODE]
    assert service.own_indicators(neighbour.session) == []


def test_a_changed_definition_is_a_new_version_and_older_numbers_keep_theirs(village):
    service.define(village.session, GARDEN)
    old = release(village, CODE, 30, "2026-1")
    slug = "mensen-in-de-moestuin"
    assert service.change(village.session, slug, GARDEN).version == 1
    assert service.change(village.session, slug, {**GARDEN, "definition": "Wie er oogstte."}).version == 2
    new = release(village, CODE, 9, "2026-2")
    assert [each.measurement.definition.definition_nl for each in (old, new)] == [
        GARDEN["definition"],
        "Wie er oogstte.",
    ]
    assert [sent["object"]["figures"][0]["indicatorVersion"] for sent in village.sent()] == [1, 2]


def test_what_is_stopped_is_not_counted_and_can_be_taken_up_again(village):
    service.define(village.session, GARDEN)
    service.retire(village.session, "mensen-in-de-moestuin", is_over=True)
    with pytest.raises(InvalidInput):
        release(village, CODE, 30)
    service.retire(village.session, "mensen-in-de-moestuin", is_over=False)
    assert release(village, CODE, 30).value == 33


def test_own_figures_do_not_come_into_national_ones(village, neighbour):
    service.define(village.session, GARDEN)
    release(village, CODE, 30)
    neighbour.hears(village)
    for node in (village, neighbour):
        assert gather_from_replica(node.session).figures == {}


def test_what_a_village_counts_for_itself_is_paid_as_what_may_be_about_health(village):
    service.define(village.session, GARDEN)
    release(village, CODE, 30)
    budget = budget_of(village.session, 2026)
    assert (budget.spent, budget.wellbeing_spent) == (0.0, service.EPSILON)


def test_nobody_counts_in_the_name_of_another():
    owner = "https://dorp.example/actors/dorp"
    assert is_in_own_name("nl:diners", owner)
    assert is_in_own_name("dorp.example/tuin", owner)
    assert is_in_own_name("oud.example/tuin", owner, ["https://oud.example/actors/dorp"])
    for code in ("ander.example/tuin", "tuin", "dorp.example:81/tuin", "/tuin", "de:diners", "nl:diners/x"):
        assert not is_in_own_name(code, owner), code


def test_a_figure_in_the_name_of_another_is_left_out(village, neighbour):
    service.define(village.session, GARDEN)
    release(village, CODE, 30)
    row = village.session.get(service.LocalIndicator, (CODE, 1))
    row.code = "dorp.example/tuin"
    village.session.flush()
    release(village, "dorp.example/tuin", 30, "2026-1")
    neighbour.hears(village)
    assert [figure.indicator for figure in list_figures(neighbour.session)] == []


@pytest.mark.parametrize(
    ("changes", "place"),
    [
        ({"name": "Minuten per bezoek"}, "name"),
        ({"definition": "Aantal afgehandelde tickets"}, "definition"),
        ({"unit": "uren"}, "unit"),
        ({"goal": ""}, "goal"),
        ({"denominator": ""}, "denominator"),
        ({"numerator": None}, "numerator"),
        ({"direction": "sideways"}, "direction"),
        ({"measuredBy": "chef"}, "measuredBy"),
        ({"name": "x" * 81}, "name"),
        ({"name": "!!!"}, "name"),
        ({"instrument": "Bel Truus op 06-12345678"}, "instrument"),
        ({"bound": 5}, "bound"),
    ],
)
def test_what_is_no_good_is_refused_with_its_place(village, changes, place):
    with pytest.raises(InvalidInput) as caught:
        service.define(village.session, GARDEN | changes)
    assert place in caught.value.fields
    assert service.own_indicators(village.session) == []


def test_a_name_is_taken_once_and_there_is_an_end_to_them(village):
    service.define(village.session, GARDEN)
    with pytest.raises(InvalidInput):
        service.define(village.session, GARDEN | {"name": "Mensen in de Moestuin!"})
    for number in range(service.MOST - 1):
        service.define(village.session, GARDEN | {"name": f"Tuin {number}"})
    with pytest.raises(Conflict):
        service.define(village.session, GARDEN | {"name": "Nog een"})
    with pytest.raises(NotFound):
        service.find(village.session, "onbekend")
