"""Every route that changes something is guarded, and no form of a stranger passes."""

from __future__ import annotations

import re

import pytest
from flask import Flask
from werkzeug.routing import Rule

from tests.node.signing_in import signed_in

CHANGING = {"POST", "PUT", "PATCH", "DELETE"}
VOUCHED_OTHERWISE = {
    "federation.inbox": "an HTTP signature",
    "federation.shared_inbox": "an HTTP signature",
    "layout.language": "changes a cookie only",
    "layout.display": "changes a cookie only",
    "accounts.accept_invitation": "a one-time link",
    "freshness.answer": "a one-time link",
    "claim_proofs.answer": "a one-time link",
    "mailing_stop.answer": "the link of a message",
    "saved_views.stop": "the link of a mail",
    "survey_answers.enter": "the code of a letter",
    "survey_answers.step": "the code of a letter, or nothing when a survey is open to all",
    "surveys_api.answer": "the code of a letter, or nothing when a survey is open to all",
    "entry_suggestions.send": "nothing: a proposal waits unseen for a coordinator, and is limited",
}
"""Routes that need no right, and what vouches for the caller instead."""

GUARDED_BY_THEMSELVES = ("begin.", "security.")
"""The set-up asks its one-time code; Flask-Security guards its own views."""


def changing_rules(app: Flask) -> list[Rule]:
    """The routes that change something."""
    return [rule for rule in app.url_map.iter_rules() if (rule.methods or set()) & CHANGING]


def address_of(rule: Rule) -> str:
    """An address that leads to a route."""
    return re.sub(r"<int:\w+>", "1", re.sub(r"<(\w+)>", "x", rule.rule))


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_every_changing_route_names_a_right(app):
    bare = [
        rule.rule
        for rule in changing_rules(app)
        if rule.endpoint not in VOUCHED_OTHERWISE
        and not rule.endpoint.startswith(GUARDED_BY_THEMSELVES)
        and not getattr(app.view_functions[rule.endpoint], "required_action", None)
    ]
    assert bare == []


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_stranger_changes_nothing(app, village):
    for rule in changing_rules(app):
        if rule.endpoint in VOUCHED_OTHERWISE and rule.endpoint.startswith("layout."):
            continue
        for method in (rule.methods or set()) & CHANGING:
            answer = app.test_client().open(address_of(rule), method=method, json={})
            assert answer.status_code in {302, 303, 400, 401, 403, 404, 422}, (
                f"{method} {rule.rule}: {answer.status}"
            )
            if answer.status_code in {302, 303}:
                assert re.search(r"/inloggen|/$|/begin", answer.headers["Location"]), rule.rule


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_form_without_its_token_is_refused(app, village):
    client = signed_in(app)
    for rule in changing_rules(app):
        if rule.endpoint in VOUCHED_OTHERWISE or rule.endpoint.startswith("begin."):
            continue
        for method in (rule.methods or set()) & CHANGING:
            answer = client.open(address_of(rule), method=method, data={"name": "x"})
            assert answer.status_code in {400, 401, 403, 422}, f"{method} {rule.rule}: {answer.status}"
