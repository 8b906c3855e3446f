"""The sheet of a quarter in the browser, without scripts and with htmx."""

from __future__ import annotations

import re

import pytest

from node.gatherings.service import local_today
from node.outcomes.models import Measurement
from node.outcomes.periods import past_quarters, quarter_of
from node.own_figures import service as own_figures
from node.quarters.models import QuarterAnswer

QUARTER = past_quarters(local_today(), 1)[0]
PAGE = f"/cijfers/kwartaal/{QUARTER}"
KEYS = ("nl-diners", "nl-volunteers", "nl-members")
RAW = 739_219


def form(page, **typed):
    """The form of the sheet as it stands on a page, with other words typed."""
    stands = re.findall(r'name="((?:was|value|denominator)-[^"]+)"[^>]*? value="([^"]*)"', page.text)
    return dict(stands) | {name.replace("_", "-"): value for name, value in typed.items()}


def press(site, role, button, value="1", *, page=None, **typed):
    page = page or site.get(role, PAGE)
    return site.post(role, PAGE, {**form(page, **typed), button: value})


def kept(site):
    with site.runtime.database.session(write=False) as session:
        rows = session.query(QuarterAnswer).order_by(QuarterAnswer.revision)
        return {row.indicator: (row.state, row.value, row.source) for row in rows}


def with_board(site):
    with site.runtime.database.session(write=False) as session:
        return {row.indicator: (row.raw_value, row.prepared_by) for row in session.query(Measurement)}


def test_one_screen_from_open_to_the_board(site):
    page = site.get("supporter", "/cijfers/kwartaal")
    assert page.headers["Location"] == PAGE
    assert site.get("supporter", PAGE).text.count("Nog open</span>") == 3
    answer = press(
        site, "supporter", "save", value_nl_diners="41", value_nl_members="1.520", not_nl_volunteers="1"
    )
    assert answer.status_code == 303
    assert kept(site) == {
        "nl:diners": ("counted", 41, "typed"),
        "nl:members": ("counted", 1_520, "typed"),
        "nl:volunteers": ("not_counted", None, "typed"),
    }
    assert with_board(site) == {}
    page = site.get("treasurer", PAGE).text
    assert "Test supporter" in page
    assert 'value="1520"' in page
    assert press(site, "treasurer", "ask").status_code == 303
    assert {code: number for code, (number, _by) in with_board(site).items()} == {
        "nl:diners": 41,
        "nl:members": 1_520,
    }
    assert "2 cijfers liggen nu bij het bestuur" in site.get("treasurer", PAGE).text


def test_what_was_on_our_own_page_is_told_and_what_was_typed_beside_it_is_kept(site):
    press(site, "supporter", "ask", value_nl_members="520")
    with site.runtime.database.session() as session:
        figure = own_figures.ask(session, session.query(Measurement).one(), asked_by=900)
        own_figures.decide(session, figure, approved_by=901)
        session.commit()
    answer = press(site, "supporter", "save", value_nl_diners="41", value_nl_members="", not_nl_members="1")
    assert answer.status_code == 422
    assert "heeft op onze eigen pagina gestaan" in answer.text
    assert kept(site)["nl:diners"] == ("counted", 41, "typed")
    assert kept(site)["nl:members"] == ("counted", 520, "typed")


def test_who_counted_is_who_prepared_it_not_who_pressed(site):
    press(site, "board", "save", value_nl_members="520")
    press(site, "supporter", "ask")
    assert site.post("board", "/cijfers/1/goedkeuren", {"seen": ""}).status_code in (403, 409)
    with site.runtime.database.session(write=False) as session:
        assert session.query(Measurement).one().release is None


def test_a_proposal_that_stands_there_is_kept_only_with_the_button_for_all(site):
    earlier = past_quarters(QUARTER.start, 1)[0]
    old = f"/cijfers/kwartaal/{earlier}"
    site.post("supporter", old, {"was-nl-members": "", "value-nl-members": "520", "save": "1"})
    page = site.get("supporter", PAGE)
    assert 'value="520"' in page.text
    assert "De keer ervoor was het 520." in page.text
    press(site, "supporter", "step", "nl-diners:1", page=page)
    press(site, "supporter", "other", page=site.get("supporter", PAGE))
    with site.runtime.database.session(write=False) as session:
        rows = session.query(QuarterAnswer).filter_by(period_start=QUARTER.start)
        assert [row.indicator for row in rows] == ["nl:diners"]
    press(site, "supporter", "save")
    with site.runtime.database.session(write=False) as session:
        row = session.query(QuarterAnswer).filter_by(period_start=QUARTER.start, indicator="nl:members").one()
        assert (row.value, row.source) == (520, "before")
    assert "net als de keer ervoor" in site.get("supporter", PAGE).text


def test_plus_minus_and_back(site):
    press(site, "supporter", "save", value_nl_members="520")
    assert press(site, "supporter", "step", "nl-members:1").headers["Location"].endswith("#figure-nl-members")
    press(site, "supporter", "step", "nl-members:-1")
    press(site, "supporter", "step", "nl-members:-1")
    assert kept(site)["nl:members"][1] == 519
    assert "Zet terug: 520" in site.get("supporter", PAGE).text
    press(site, "supporter", "undo", "nl-members")
    assert 'id="value-nl-members" name="value-nl-members" value="520"' in site.get("supporter", PAGE).text
    press(site, "supporter", "step", "nl-diners:-1")
    assert kept(site)["nl:diners"][1] == 0, "never below zero"


def test_emptied_is_open_again_and_not_counted_is_undone_by_a_number(site):
    press(site, "supporter", "save", not_nl_members="1")
    assert kept(site)["nl:members"][0] == "not_counted"
    assert "checked" in site.get("supporter", PAGE).text
    press(site, "supporter", "save", value_nl_members="12", not_nl_members="1")
    assert kept(site)["nl:members"][:2] == ("counted", 12)
    press(site, "supporter", "save", value_nl_members="")
    assert kept(site)["nl:members"][0] == "open"


def test_the_rest_is_not_counted_at_one_press_but_never_over_a_mistake(site):
    wrong = press(site, "supporter", "rest", value_nl_members="veel")
    assert wrong.status_code == 422
    assert kept(site) == {}
    press(site, "supporter", "rest", value_nl_members="520")
    assert {code: state for code, (state, *_) in kept(site).items()} == {
        "nl:diners": "not_counted",
        "nl:volunteers": "not_counted",
        "nl:members": "counted",
    }


@pytest.mark.parametrize("value", ["veel", "-3", "1.5", "9" * 40, "٤١", "2000001"])
def test_a_mistake_is_told_at_its_field_and_the_rest_is_kept(site, value):
    answer = press(site, "supporter", "ask", value_nl_members=value, value_nl_diners="41")
    assert answer.status_code == 422
    assert 'id="value-nl-members-error"' in answer.text
    assert f'value="{value[:15]}' in answer.text
    assert kept(site) == {"nl:diners": ("counted", 41, "typed")}
    assert with_board(site) == {}


def test_the_public_number_beside_it(site):
    press(site, "supporter", "save", value_nl_members="520", denominator_nl_members="1.600")
    page = site.get("supporter", PAGE).text
    assert 'value="1600"' in page
    wrong = press(site, "supporter", "save", denominator_nl_members="0")
    assert wrong.status_code == 422
    assert 'id="denominator-nl-members-error"' in wrong.text


def test_two_people_see_that_they_differ_and_nothing_is_overwritten(site):
    both = site.get("supporter", PAGE)
    press(site, "supporter", "save", page=both, value_nl_members="520")
    late = press(site, "treasurer", "save", page=both, value_nl_members="510", value_nl_diners="41")
    assert late.status_code == 422
    assert "vulde hier intussen 520 in. U vulde 510 in." in late.text
    assert kept(site) == {"nl:members": ("counted", 520, "typed"), "nl:diners": ("counted", 41, "typed")}
    press(site, "treasurer", "save", page=late)
    assert kept(site)["nl:members"][1] == 510, "pressed again, having seen it"
    undone = press(site, "supporter", "undo", "nl-members", page=both)
    assert undone.status_code == 422
    assert kept(site)["nl:members"][1] == 510


def test_with_htmx_one_figure_keeps_itself(site):
    browser, page = site.browser("supporter"), site.get("supporter", PAGE)
    csrf = re.search(r'name="csrf_token" value="([^"]+)"', page.text)[1]
    typed = form(page, value_nl_members="520", value_nl_diners="4") | {
        "csrf_token": csrf,
        "only": "nl-members",
    }
    answer = browser.post(PAGE, data=typed, headers={"HX-Request": "true"})
    assert answer.status_code == 303
    assert kept(site) == {"nl:members": ("counted", 520, "typed")}, "the field that is being typed waits"
    typed |= {"value-nl-members": "veel", "was-nl-members": "520"}
    wrong = browser.post(PAGE, data=typed, headers={"HX-Request": "true"})
    assert wrong.status_code == 200
    assert wrong.headers["HX-Retarget"] == wrong.headers["HX-Reselect"] == "#figure-nl-members"
    assert 'id="value-nl-members-error"' in wrong.text


def test_what_was_released_stands_there_and_does_not_change(site):
    press(site, "supporter", "ask", value_nl_members=str(RAW))
    decide = site.get("board", "/cijfers/1/goedkeuren")
    seen = re.search(r'name="seen" value="([^"]*)"', decide.text)
    assert site.post("board", "/cijfers/1/goedkeuren", {"seen": seen[1] if seen else ""}).status_code == 303
    page = site.get("supporter", PAGE).text
    assert 'name="value-nl-members"' not in page
    assert "/cijfers/1/goedkeuren" in page
    answer = site.post("supporter", PAGE, {"was-nl-members": str(RAW), "value-nl-members": "5", "save": "1"})
    assert answer.status_code == 422
    assert kept(site)["nl:members"][1] == RAW


def test_hints_and_what_is_known_stand_on_the_sheet_and_on_paper(site):
    press(site, "supporter", "save", value_nl_members="40", value_nl_volunteers="60", not_nl_diners="1")
    for page in (site.get("supporter", PAGE).text, site.get("supporter", f"{PAGE}/overzicht").text):
        assert "meer vrijwilligers (60) dan leden (40)" in page
    paper = site.get("board", f"{PAGE}/overzicht").text
    assert "niet geteld" in paper
    assert "Test supporter" in paper
    assert "Met of zonder" not in paper


def test_nobody_else_sees_the_sheet(site):
    press(site, "supporter", "save", value_nl_members=str(RAW))
    for role in ("", "member"):
        for path in ("/cijfers/kwartaal", PAGE, f"{PAGE}/overzicht"):
            assert site.get(role, path).status_code in (302, 403)
        assert site.post(role, PAGE, {"save": "1"}).status_code in (302, 403)


@pytest.mark.parametrize(
    "period", [str(quarter_of(local_today())), "2099-1", "2026", "2026-5", "x" * 300, "1066-1"]
)
def test_no_such_quarter(site, period):
    assert site.get("supporter", f"/cijfers/kwartaal/{period}").status_code == 404
    assert site.post("supporter", f"/cijfers/kwartaal/{period}", {"save": "1"}).status_code == 404


def test_strange_buttons_do_nothing(site):
    for button, value in (("step", "nl-members:7"), ("step", ":"), ("take", "nl-x"), ("undo", "nl-members")):
        answer = press(site, "supporter", button, value)
        assert answer.status_code in (303, 422), (button, value)
    assert kept(site) == {}
