"""The firewall: what is typed on the sheet is in no byte that leaves before the board says yes."""

from __future__ import annotations

import json

from node.gatherings.service import local_today
from node.indicators.service import define
from node.outcomes.periods import past_quarters
from node.quarters.words import SOURCES
from tests.node.outcomes.test_raw_stays import all_that_leaves, holds

QUARTER = past_quarters(local_today(), 1)[0]
PAGE = f"/cijfers/kwartaal/{QUARTER}"
RAW, SMALLER, OF_HOW_MANY = 739_219, 651_823, 918_273
OWN = {
    "name": "Oogsters",
    "goal": "Mensen zijn samen buiten",
    "definition": "Wie minstens één keer oogstte.",
    "unit": "personen per kwartaal",
    "instrument": "Een lijst bij het hek.",
    "direction": "up",
    "numerator": "mensen die oogstten",
    "denominator": "inwoners",
    "measuredBy": "village",
}


def test_what_is_typed_stays_in_the_village(site):
    with site.runtime.database.session() as session:
        define(session, OWN)
        session.commit()
    typed = {
        "was-nl-members": "",
        "value-nl-members": str(SMALLER),
        "denominator-nl-members": str(OF_HOW_MANY),
        "was-nl-volunteers": "",
        "value-nl-volunteers": str(RAW),
        "was-nl-diners": "",
        "not-nl-diners": "1",
    }
    assert site.post("supporter", PAGE, {**typed, "save": "1"}).status_code == 303
    shown = site.get("supporter", PAGE).text
    assert "meer vrijwilligers" in shown, "the hint with both numbers is for the team"
    _nothing_left(site)
    api = site.app.test_client()
    header = site.token("supporter")
    path = f"/api/v1/quarters/{QUARTER}"
    own = next(
        each["indicator"]
        for each in api.get(path, headers=header).json["items"]
        if each["indicator"].endswith("/oogsters")
    )
    word = {"indicator": own, "value": RAW}
    answers = [api.put(f"{path}/figures", json=word, headers=header), api.get(path, headers=header)]
    answers.append(api.post(f"{path}/ask", headers=header))
    assert [answer.status_code for answer in answers] == [200] * 3
    assert holds([json.dumps(answer.json) for answer in answers], RAW) == []
    _nothing_left(site)


def _nothing_left(site):
    parts = all_that_leaves(site)
    assert [holds(parts, number) for number in (RAW, SMALLER, OF_HOW_MANY)] == [[], [], []]
    words = ["Test supporter", *(term.nl for term in SOURCES if term.code != "typed")]
    assert [part[:200] for part in parts for word in words if word in part] == []
