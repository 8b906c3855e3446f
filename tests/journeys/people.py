"""The people of a node as they come in: the set-up wizard, an invitation, an access token."""

from __future__ import annotations

import re
from dataclasses import dataclass

from tests.journeys.nodes import Node, wait_for
from tests.journeys.visitor import Page, Values, Visitor, totp

PASSWORD = "een lange zin om te onthouden"


@dataclass
class Person:
    """Somebody with an account, signed in, with the key of their authenticator app."""

    name: str
    email: str
    visitor: Visitor
    key: str


def begin(
    node: Node, *, name: str, place: str, village: bool = True, hub: bool = False, join: str = ""
) -> Person:
    """Set a node up with the wizard; gives its first administrator, signed in."""
    visitor = Visitor(node.url)
    email = f"beheer@{node.name}.example"
    page = visitor.get("/")
    page = _answer(visitor, page, {"code": setup_code(node)})
    page = choose_place(visitor, page, {"name": name, "telephone": "0343 12 34 56"}, place)
    page = _answer(visitor, page, {"base_url": node.url})
    page = _answer(visitor, page, {"village": "1" if village else None, "hub": "1" if hub else None})
    page = _answer(
        visitor,
        page,
        {
            "admin_name": "Jo de Vries",
            "admin_email": email,
            "password": PASSWORD,
            "password_again": PASSWORD,
            "factor": "codes",
        },
    )
    key = key_on(page)
    page = _answer(visitor, page, {"code": totp(key)})
    if village and not hub:
        page = _answer(visitor, page, {"hub_address": join} if join else {"skip": "1"})
    assert page.url.endswith("/begin/klaar"), f"{page.url}: {page.main[:600]}"
    return Person("Jo de Vries", email, visitor, key)


def setup_code(node: Node) -> str:
    """The one-time code that `omzien up` prints and keeps in the data folder, a moment after it answers."""
    file = node.folder / "secrets" / "setup_code"
    return str(wait_for(lambda: file.is_file() and file.read_text().strip(), "the set-up code", 30, node))


def choose_place(visitor: Visitor, page: Page, values: Values, place: str) -> Page:
    """Name the community and its place; points out the first place when there are several."""
    page = _answer(visitor, page, values | {"place_text": place})
    if page.soup.find(attrs={"name": "place_id"}):
        first = page.form(field="place_id").find(attrs={"name": "place_id"})
        assert first is not None
        page = _answer(visitor, page, {"place_id": first["value"]})
    return page


def key_on(page: Page) -> str:
    """The key of the authenticator app, as a person would type it over."""
    shown = page.soup.find("code", class_="secret")
    assert shown is not None, f"no key on {page.url}: {page.main[:600]}"
    return shown.get_text().strip()


def invite(administrator: Person, name: str, email: str, *roles: str) -> Person:
    """Let the administrator make an account, and its owner come in by the one-time link."""
    page = administrator.visitor.get("/team")
    page = administrator.visitor.submit(
        page, page.form(field="email"), {"name": name, "email": email, "roles": list(roles)}
    )
    found = re.search(r"https?://\S+/welkom/[\w-]+", page.soup.decode())
    assert found, f"no one-time link on {page.url}: {page.main[:600]}"
    visitor = Visitor(administrator.visitor.base_url)
    page = visitor.get(found.group(0))
    page = _answer(visitor, page, {"password": PASSWORD, "password_again": PASSWORD})
    return Person(name, email, visitor, _first_sign_in(visitor, email))


def _first_sign_in(visitor: Visitor, email: str) -> str:
    page = visitor.get("/inloggen")
    page = visitor.submit(page, page.form(field="password"), {"email": email, "password": PASSWORD})
    if not page.soup.find("code", class_="secret"):
        page = visitor.submit(page, page.form(field="setup"))
    key = key_on(page)
    page = visitor.submit(page, page.form(field="code"), {"code": totp(key)})
    visitor.get("/account").require(email)
    return key


def sign_in(base_url: str, person: Person) -> Visitor:
    """A second browser of the same person: password, then the code of the app."""
    visitor = Visitor(base_url)
    page = visitor.get("/inloggen")
    page = visitor.submit(page, page.form(field="password"), {"email": person.email, "password": PASSWORD})
    visitor.submit(page, page.form(field="code"), {"code": totp(person.key)})
    visitor.get("/account").require(person.email)
    return visitor


def token_of(person: Person, *scopes: str) -> str:
    """Make a personal access token on the page; its secret is shown once."""
    page = person.visitor.get("/account/tokens")
    values = {"name": "Verhaal", "scopes": list(scopes), "days": "30"}
    page = person.visitor.submit(page, page.form(field="scopes"), values)
    shown = page.soup.find("code")
    assert shown is not None, f"no secret on {page.url}: {page.main[:600]}"
    return shown.get_text().strip()


def _answer(visitor: Visitor, page: Page, values: Values) -> Page:
    """Fill in the form in the main part of the page and go on; a field set to None is left empty."""
    form = next((form for form in page.soup.select("main form")), None)
    assert form is not None, f"no form on {page.url}: {page.main[:600]}"
    sent = visitor.submit(page, form, values)
    problems = [problem.get_text(" ").strip() for problem in sent.soup.select(".error")]
    assert not problems or "place_text" in values, f"{sent.url}: {problems}"
    return sent
