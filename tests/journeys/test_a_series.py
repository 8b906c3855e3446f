"""A series for everybody, between real nodes: begun, one time moved, one cancelled, then stopped."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from tests.journeys.connecting import live_in
from tests.journeys.nodes import wait_for

pytestmark = [pytest.mark.journey, pytest.mark.timeout(300)]
NAME = "Dansen in de Belt"


def test_the_neighbours_see_what_is_moved_cancelled_and_stopped(real_network):
    live_in(real_network)
    here, there = real_network.node("austerlitz"), real_network.node("elsendorp")
    visitor, neighbour = (
        real_network.person("austerlitz", "board").visitor,
        real_network.person("elsendorp").visitor,
    )
    first = date.today() + timedelta(days=3)  # noqa: DTZ011  # the clock of the village and of this machine
    second = first + timedelta(days=7)

    def known() -> dict[str, dict[str, Any]]:
        found = neighbour.http.get(f"{there.url}/api/v1/events", timeout=10).json()["items"]
        return {each["pageUrl"].rsplit("/", 1)[1]: each for each in found if each["name"] == NAME}

    def told(check: Any, what: str) -> None:
        wait_for(lambda: check(known()), what, 40, here, there)

    form = visitor.get("/meedoen/nieuw")
    typed = {"name": NAME, "place": "De Belt", "firstOn": first.isoformat(), "repeat": "weekly"}
    typed |= {"atTime": "19.30", "audience": "network"}
    made = visitor.submit(form, form.form(field="firstOn"), typed)
    address = made.url.removeprefix(visitor.base_url)
    told(lambda days: set(days) == {str(first), str(second)}, "both days at the neighbours")

    page = visitor.get(f"{address}/{first}/wijzigen")
    moved_to = first + timedelta(days=1)
    visitor.submit(page, page.form(field="movedTo"), {"movedTo": moved_to.isoformat(), "place": "Het Bos"})
    told(lambda days: days[str(first)]["place"] == "Het Bos", "the moved evening")
    assert known()[str(first)]["startsAt"].startswith(str(moved_to))

    page = visitor.get(address)
    visitor.submit(page, page.form(action=f"{second}/afgelasten"))
    told(lambda days: days[str(second)]["isCancelled"], "the cancelled evening")

    page = visitor.get(f"{address}/reeks")
    visitor.submit(page, page.form(field="stopReason"), {"stopReason": "season"})
    told(lambda days: days == {}, "that it stopped")
