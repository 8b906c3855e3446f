"""A program that uses the API of a node with a personal access token."""

from __future__ import annotations

from typing import Any

import requests

from tests.journeys.people import Person, token_of
from tests.journeys.visitor import MARK

SCOPES = ("read", "write:templates", "write:outcomes", "write:network", "admin")


class Program:
    """Calls the API as one person; every answer must be JSON, every error problem+json."""

    def __init__(self, person: Person, *scopes: str) -> None:
        self.base_url = f"{person.visitor.base_url}/api/v1"
        self.http = requests.Session()
        self.http.trust_env = False
        secret = token_of(person, *(scopes or SCOPES))
        self.http.headers.update(MARK | {"Authorization": f"Bearer {secret}", "Accept": "application/json"})

    def call(self, method: str, path: str, body: Any = None, **query: Any) -> Any:
        """What the API answers; an error status fails the test."""
        answer = self.ask(method, path, body, **query)
        assert answer.status_code < 300, f"{method} {path}: {answer.status_code} {answer.text[:800]}"
        return answer.json()

    def get(self, path: str, **query: Any) -> Any:
        """Read."""
        return self.call("GET", path, **query)

    def post(self, path: str, body: Any = None) -> Any:
        """Do."""
        return self.call("POST", path, body if body is not None else {})

    def ask(self, method: str, path: str, body: Any = None, **query: Any) -> requests.Response:
        """The answer, whatever it is."""
        return self.http.request(method, self.base_url + path, json=body, params=query, timeout=30)
