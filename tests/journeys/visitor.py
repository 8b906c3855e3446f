"""Someone at a browser without JavaScript: follows links, fills forms, reads what the page says."""

from __future__ import annotations

import base64
import hmac
import re
import struct
import time
from typing import Any
from urllib.parse import urljoin

import requests
from bs4 import BeautifulSoup, Tag

Values = dict[str, Any]
MARK = {"X-Test-Visitor": "1"}


class Page:
    """A page as a visitor got it."""

    def __init__(self, response: requests.Response) -> None:
        self.response = response
        self.url = response.url
        self.status = response.status_code
        self.soup = BeautifulSoup(response.text, "html.parser")

    @property
    def text(self) -> str:
        """What stands on the page, with single spaces."""
        return " ".join(self.soup.get_text(" ").split())

    @property
    def main(self) -> str:
        """What stands in the main part of the page."""
        main = self.soup.find("main")
        return " ".join(main.get_text(" ").split()) if main else self.text

    def links(self) -> dict[str, str]:
        """Addresses of the links by their text."""
        return {
            " ".join(a.get_text(" ").split()): urljoin(self.url, a["href"]) for a in self.soup("a", href=True)
        }

    def form(self, *, field: str = "", action: str = "", button: str = "") -> Tag:
        """The first form with this field, address ending or button text."""
        for form in self.soup("form"):
            if field and not form.find(attrs={"name": field}):
                continue
            if action and action not in str(form.get("action") or self.url):
                continue
            if button and not any(button in b.get_text(" ") for b in form("button")):
                continue
            return form
        raise AssertionError(f"no form with {field or action or button} on {self.url}: {self.main[:600]}")

    def require(self, *words: str) -> Page:
        """Fail unless all these words stand on the page."""
        missing = [word for word in words if word not in self.text]
        assert not missing, f"{missing} not on {self.url} ({self.status}): {self.main[:1500]}"
        return self


class Visitor:
    """A browser session at one node."""

    def __init__(self, base_url: str) -> None:
        self.base_url = base_url
        self.http = requests.Session()
        self.http.trust_env = False
        self.http.headers.update(MARK | {"Accept": "text/html", "Accept-Language": "nl"})

    def get(self, path: str, **query: Any) -> Page:
        """Open a page; anything from 400 on fails the test."""
        page = self.look(path, **query)
        assert page.status < 400, f"{page.status} on {page.url}: {page.main[:800]}"
        return page

    def look(self, path: str, **query: Any) -> Page:
        """Open a page, whatever its status."""
        return Page(self.http.get(urljoin(self.base_url, path), params=query, timeout=30))

    def submit(self, page: Page, form: Tag, values: Values | None = None, *, button: str = "") -> Page:
        """Send a form with what it holds and these values; follows the redirect."""
        sent = self.send(page, form, values, button=button)
        assert sent.status < 400, f"{sent.status} on {sent.url}: {sent.main[:1200]}"
        return sent

    def send(self, page: Page, form: Tag, values: Values | None = None, *, button: str = "") -> Page:
        """Send a form, whatever the answer."""
        data = held_by(form, button)
        unknown = set(values or {}) - names_in(form)
        assert not unknown, f"the form on {page.url} has no {unknown}, but {sorted(names_in(form))}"
        data.update(values or {})
        address = urljoin(page.url, str(form.get("action") or page.url))
        if str(form.get("method", "get")).lower() == "get":
            return Page(self.http.get(address, params=data, timeout=30))
        return Page(self.http.post(address, data=data, headers={"Referer": page.url}, timeout=30))


def names_in(form: Tag) -> set[str]:
    """The names of the fields of a form."""
    return {
        str(found["name"]) for found in form(["input", "textarea", "select", "button"]) if found.get("name")
    }


def held_by(form: Tag, button: str = "") -> Values:
    """What a browser would send of an untouched form, with the button that was pressed."""
    data: dict[str, Any] = {}
    for found in form(["input", "textarea", "select"]):
        name = found.get("name")
        if not name or found.has_attr("disabled"):
            continue
        for value in _values_of(found):
            data.setdefault(str(name), []).append(value)
    for found in form("button"):
        pressed = found.get("name") and found.get("type", "submit") == "submit"
        if pressed and button and button in found.get_text(" "):
            data[str(found["name"])] = [str(found.get("value", ""))]
    return data


def _values_of(found: Tag) -> list[str]:
    if found.name == "textarea":
        return [found.get_text().removeprefix("\n")]
    if found.name == "select":
        options = found("option")
        chosen = [o for o in options if o.has_attr("selected")] or options[:1]
        return [str(o.get("value", o.get_text())) for o in chosen]
    kind = str(found.get("type", "text"))
    if kind in {"checkbox", "radio"}:
        return [str(found.get("value", "on"))] if found.has_attr("checked") else []
    return [] if kind in {"submit", "button", "file", "image"} else [str(found.get("value", ""))]


def totp(shown: str, at: float | None = None) -> str:
    """The six digits an authenticator app shows now for a key as it stands on a page (RFC 6238)."""
    secret = re.sub(r"[^A-Z2-7]", "", shown.upper())
    key = base64.b32decode(secret + "=" * (-len(secret) % 8))
    counter = struct.pack(">Q", int((time.time() if at is None else at) // 30))
    digest = hmac.new(key, counter, "sha1").digest()
    start = digest[-1] & 15
    return f"{(struct.unpack('>I', digest[start : start + 4])[0] & 0x7FFFFFFF) % 1_000_000:06}"
