"""Joining a hub, through the forms that the board and the coordinator see; and what a replica holds."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import create_engine, text

from node.coordination import views
from tests.journeys.figures import count, past_quarter, release
from tests.journeys.formats import publish_format, write_format
from tests.journeys.inside import inside
from tests.journeys.network import Network
from tests.journeys.nodes import ROOT, Node, wait_for
from tests.journeys.people import Person
from tests.journeys.visitor import Page


def ask_to_join(person: Person, hub: Node) -> Page:
    """Send the request to the hub from the page Netwerk."""
    page = person.visitor.get("/netwerk")
    return person.visitor.submit(page, page.form(field="address"), {"address": hub.url})


def waiting_request(coordinator: Person, name: str) -> Page:
    """The page with requests, once somebody of this name waits on it."""

    def look() -> Page | None:
        page = coordinator.visitor.get("/netwerk/verzoeken")
        return page if name in page.main and page.soup.select('form[action*="toelaten"]') else None

    found: Page = wait_for(look, f"the request of {name}", 40)
    return found


def let_in(coordinator: Person, name: str) -> Page:
    """Accept the request of this name."""
    page = waiting_request(coordinator, name)
    card = next(card for card in page.soup.select("li") if name in card.get_text(" ") and card.find("form"))
    form = card.select_one('form[action*="toelaten"]')
    assert form is not None
    return coordinator.visitor.submit(page, form)


def join(network: Network, village: str, name: str) -> None:
    """A village joins the hub and both sides show it."""
    ask_to_join(network.person(village), network.node("hub"))
    let_in(network.person("hub"), name)
    wait_until_connected(network, village)


def wait_until_connected(network: Network, village: str) -> None:
    """Until the village's own page says that the hub let it in."""
    visitor = network.person(village).visitor
    wait_for(
        lambda: visitor.get("/netwerk").soup.select(".connections .badge.good"),
        f"{village} to be connected",
        40,
        *network.nodes.values(),
    )


def fingerprints(page: Page) -> list[str]:
    """The keys that stand on a page, as eight groups of four."""
    return [" ".join(found.get_text(" ").split()) for found in page.soup.select(".fingerprint")]


def load_examples(hub: Node, number: int = 2000) -> None:
    """Load the hub with its invented initiatives."""
    code = (
        "from federation.settings import load_settings;"
        "from federation.runtime import build_runtime, install;"
        "from directory.examples.data import load; from node.listings.jobs import sweep;"
        "s = load_settings(); r = build_runtime(s); install(r);"
        f"made = load(r.database, s, count={number}); sweep(); print(made)"
    )
    command = [sys.executable, "-c", code]
    done = subprocess.run(
        command, cwd=ROOT, env=hub.environment, capture_output=True, text=True, timeout=300, check=False
    )
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip().splitlines()[-1].isdigit(), done.stdout


def rows(node: Node, query: str, **values: Any) -> list[dict[str, Any]]:
    """What a query finds in a node's own database; JSON comes as objects."""
    url = node.environment.get("DATABASE_URL") or f"sqlite:///{node.folder / 'omzien.sqlite3'}"
    engine = create_engine(url)
    with engine.connect() as connection:
        found = [dict(row) for row in connection.execute(text(query), values).mappings()]
    engine.dispose()
    for row in found:
        if isinstance(row.get("document"), str):
            row["document"] = json.loads(row["document"])
    return found


def record_named(node: Node, name: str) -> dict[str, Any] | None:
    """A living record of the replica by its name."""
    query = "SELECT uri, type, owner_uri, document, verified_with FROM record WHERE name = :name"
    found = rows(node, f"{query} AND deleted_at IS NULL", name=name)
    return found[0] if found else None


def wait_for_record(node: Node, name: str, seconds: float = 40) -> dict[str, Any]:
    """The record of this name, once it is in the replica."""
    found: dict[str, Any] = wait_for(
        lambda: record_named(node, name), f"“{name}” in the replica of {node.name}", seconds, node
    )
    return found


def announce_gathering(person: Person) -> None:
    """Put something to do on the noticeboard of the village, for every week."""
    page = person.visitor.get("/meedoen/nieuw")
    in_a_week = (datetime.now(UTC) + timedelta(days=7)).date().isoformat()
    typed = {"name": "Koffie in de Belt", "text": "Iedereen is welkom.", "place": "De Belt"}
    typed |= {"firstOn": in_a_week, "repeat": "weekly", "atTime": "10.00", "untilTime": "11.30"}
    done = person.visitor.submit(page, page.form(field="firstOn"), typed)
    done.require("Koffie in de Belt")


def live_in(network: Network) -> None:
    """What the story of the skeleton leaves behind, when it was not told in this run."""
    hub = network.node("hub")
    if not rows(hub, "SELECT uri FROM record WHERE type = 'Organization' LIMIT 5"):
        load_examples(hub, 150)
    for village, name in (("austerlitz", "Austerlitz Zorgt"), ("elsendorp", "Elsendorp Samen")):
        if not network.person(village).visitor.get("/netwerk").soup.select(".connections .badge.good"):
            join(network, village, name)
    with inside(hub) as session:
        if not views.list_views(session):
            views.save_view(session, "Samen eten", {"theme": "eating"}, by="Nora")
    supporter, board = network.person("austerlitz", "supporter"), network.person("austerlitz", "board")
    if record_named(hub, "Austerlitz Eet") is None:
        publish_format(board.visitor, write_format(board.visitor, "Austerlitz Eet"))
        wait_for_record(network.node("elsendorp"), "Austerlitz Eet")
    if not rows(network.node("austerlitz"), "SELECT id FROM gathering"):
        announce_gathering(board)
    if not rows(hub, "SELECT uri FROM record WHERE type = 'OutcomeRelease'"):
        count(supporter, 41, past_quarter(1))
        release(board)
        wait_for(lambda: rows(hub, "SELECT uri FROM record WHERE type = 'OutcomeRelease'"), "the figure", 40)
