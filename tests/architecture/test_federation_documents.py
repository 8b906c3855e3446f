"""FEDERATION.md and docs/federation.md say what the code does."""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path

import pytest
from flask import Flask
from marshmallow import RAISE

import node.listeners  # noqa: F401  # registers every listener
from directory.relaying import web as relaying
from federation import web as federation
from federation.fetching import budget, collections, documents, fetch, origins
from federation.receiving.inbox import ANY, listeners
from federation.receiving.refusals import KINDS
from federation.relations.standing import MODES
from federation.sending.firewall import BARE_ACTIVITIES
from federation.signatures import policy
from schemas.activities import RECORD_ACTIVITIES
from schemas.objects import OBJECTS, WIRE_TYPES, type_of

ROOT = Path(__file__).resolve().parents[2]
LIMITS = {
    "a posted body": f"{documents.MOST_POSTED} bytes",
    "a fetched document": f"{documents.MOST_FETCHED} bytes, also when it came compressed",
    "depth of JSON": f"{documents.MOST_DEPTH}",
    "items of an array": f"{documents.MOST_ITEMS}",
    "tags": f"{documents.MOST_TAGS}",
    "an address": f"{origins.MOST_URI} characters",
    "clock skew": f"{policy.MOST_SKEW.total_seconds():.0f} s",
    "age of a signature": f"{policy.MOST_AGE.total_seconds():.0f} s",
    "redirects of a fetch": f"{fetch.MOST_REDIRECTS}",
    "time of a fetch": f"{fetch.TIMEOUT:.0f} s",
    "a collection": f"{collections.MOST_PAGES} pages, {collections.MOST_ITEMS} items",
    "fetches for one activity": f"{budget.MOST_FETCHES}, {budget.MOST_NEW_ACTORS} of them of new actors",
}


@cache
def text_of(name: str) -> str:
    """One of the two documents."""
    return (ROOT / name).read_text()


def table_under(heading: str) -> list[list[str]]:
    """The cells of the first table under a heading, without its head."""
    part = re.split(rf"^#+ {re.escape(heading)}$", text_of("docs/federation.md"), flags=re.M)[1]
    lines = part.splitlines()
    start = next(at for at, line in enumerate(lines) if line.startswith("|"))
    rows = []
    for line in lines[start + 2 :]:
        if not line.startswith("|"):
            break
        rows.append([cell.strip() for cell in line.strip("|").split("|")])
    return rows


def words_in(cell: str) -> list[str]:
    """The words that a cell writes as code."""
    return re.findall(r"`([^`]+)`", cell)


def test_every_activity_that_may_leave_is_told():
    told = {word for row in table_under("What we publish") for word in words_in(row[0])}
    assert told == {*RECORD_ACTIVITIES, *BARE_ACTIVITIES}


def test_every_kind_of_record_is_told_with_its_type():
    told = {(words_in(row[1]) or words_in(row[0]))[0]: words_in(row[0])[0] for row in table_under("Records")}
    assert told == {kind: WIRE_TYPES[kind] for kind in OBJECTS}


def test_everything_that_we_listen_to_is_told():
    told = {
        (activity, thing)
        for row in table_under("What we read")
        for activity in words_in(row[0])
        for thing in words_in(row[1]) or [ANY]
    }
    assert told == set(listeners())


def test_every_reason_of_a_refusal_is_told_in_the_words_of_the_code():
    told = {words_in(row[0])[0]: row[2] for row in table_under("The gate")}
    assert told == KINDS


def test_the_modes_are_told():
    head = re.search(r"^\| standing of the actor \|(.+)\|$", text_of("docs/federation.md"), re.M)
    assert head is not None
    assert tuple(words_in(head[1])) == MODES


def test_the_limits_are_those_of_the_code():
    assert {row[0]: row[1] for row in table_under("Limits")} == LIMITS


def test_every_address_for_other_servers_is_told():
    app = Flask("addresses")
    for blueprint in (federation.bp, relaying.bp):
        app.register_blueprint(blueprint)
    routes = {rule.rule for rule in app.url_map.iter_rules() if rule.endpoint != "static"}
    posted = {"/inbox", "/actors/<username>/inbox"}  # the door, before the application
    told = {word for row in table_under("Reading from us") for word in words_in(row[0])}
    assert told == routes | posted


@pytest.mark.parametrize("kind", OBJECTS)
def test_each_record_has_an_example_that_the_schema_accepts(kind):
    examples = [
        json.loads(found) for found in re.findall(r"```json\n(.*?)```", text_of("docs/federation.md"), re.S)
    ]
    (example,) = [one for one in examples if type_of(one) == kind]
    OBJECTS[kind](unknown=RAISE).load(example)


def test_the_summary_names_what_the_whole_document_tells():
    summary = text_of("FEDERATION.md")
    for word in (*OBJECTS, *BARE_ACTIVITIES, *RECORD_ACTIVITIES, *MODES):
        assert f"`{word}`" in summary, word
