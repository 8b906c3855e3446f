"""The reminder at the end of a quarter: how many figures are open, until somebody said something."""

from __future__ import annotations

import re
from datetime import timedelta

from federation.database import now
from node.communities.models import find_community
from node.gatherings.service import local_today
from node.outcomes.periods import past_quarters

PAGE = f"/cijfers/kwartaal/{past_quarters(local_today(), 1)[0]}"


def begun(site, days_ago):
    with site.runtime.database.session() as session:
        find_community(session).set_up_at = now() - timedelta(days=days_ago)
        session.commit()


def open_figures(site, role="supporter"):
    task = re.search(
        r'href="/cijfers/kwartaal"><span class="task-count[^"]*">(\d+)', site.get(role, "/werkplek").text
    )
    return None if task is None else int(task[1])


def test_it_counts_what_is_open_and_stops_when_all_is_said(site):
    assert open_figures(site) == 0, "the quarter was over before this village began"
    begun(site, 400)
    asked = open_figures(site)
    assert asked >= 3
    assert open_figures(site, "treasurer") == asked
    site.post("supporter", PAGE, {"was-nl-members": "", "value-nl-members": "520", "save": "1"})
    assert open_figures(site) == asked - 1
    site.post("supporter", PAGE, {"rest": "1"})
    assert open_figures(site) == 0
    assert "Vul de cijfers van het kwartaal in" in site.get("supporter", "/werkplek").text


def test_who_does_not_count_is_not_bothered(site):
    begun(site, 400)
    assert open_figures(site, "member") is None
