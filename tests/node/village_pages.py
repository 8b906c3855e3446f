"""Austerlitz with its team, in browsers and through the API."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from federation.actors.identities import get_identity
from federation.runtime import Runtime
from federation.settings import Settings
from node.accounts.roles import Role
from node.accounts.service import find_by_email
from node.accounts.tokens import SCOPES, create_token
from node.app import create_app
from tests.node.signing_in import add_account, csrf_of, set_up_village, signed_in
from tests.node.villages import Village


@dataclass
class Site:
    """The web application of one node, and who is signed in where."""

    app: Flask
    runtime: Runtime
    settings: Settings
    browsers: dict[str, FlaskClient] = field(default_factory=dict)

    def browser(self, role: str) -> FlaskClient:
        """A browser in which somebody with this role is signed in; '' for a stranger."""
        if role not in self.browsers:
            who = self.app.test_client() if not role else signed_in(self.app, f"{role}@austerlitz.example")
            self.browsers[role] = who
        return self.browsers[role]

    def get(self, role: str, path: str) -> TestResponse:
        """Open a page."""
        return self.browser(role).get(path)

    def post(self, role: str, path: str, form: dict[str, Any] | None = None) -> TestResponse:
        """Send a form, with the token that the browser has."""
        browser = self.browser(role)
        token = csrf_of(browser.get("/account" if role else "/inloggen"))
        return browser.post(path, data={"csrf_token": token, **(form or {})})

    def token(self, role: str, *scopes: str) -> dict[str, str]:
        """The header of a new access token of this person; all scopes when none is named."""
        with self.runtime.database.session() as session:
            account = find_by_email(session, f"{role}@austerlitz.example")
            wanted = scopes or tuple(SCOPES)
            _token, secret = create_token(session, account, name="test", scopes=wanted, days=30)
            session.commit()
        return {"Authorization": f"Bearer {secret}"}

    def village(self, session: Any) -> Village:
        """This node as a village of the service tests."""
        return Village(session, self.settings, get_identity(session, "cooperative"))


@pytest.fixture
def site(settings: Settings, runtime: Runtime) -> Site:
    """Austerlitz, set up, with a team."""
    set_up_village(settings, runtime)
    with runtime.database.session() as session:
        for role in (Role.BOARD, Role.SUPPORTER, Role.MEMBER, Role.TREASURER):
            add_account(session, settings, role)
        session.commit()
    return Site(create_app(settings, runtime), runtime, settings)
