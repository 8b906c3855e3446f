"""Listings through the API: each capability of the pages, in one story and its refusals."""

from __future__ import annotations

import pytest

from federation.sending.outbox import PublishedObject
from tests.node.listings.hubs import content

LISTINGS = "/api/v1/listings"


@pytest.fixture
def call(hub_site):
    """Call the API as somebody with a token; the answer."""
    client = hub_site.app.test_client()

    def send(method, path, json=None, role="coordinator", scopes=()):
        headers = hub_site.token(role, *scopes) if role else {}
        return client.open(path, method=method, json=json, headers=headers)

    return send


def test_a_program_adds_changes_proposes_decides_and_goes_back(call):
    added = call("POST", LISTINGS, content(phase="starting") | {"source": "Lijst", "externalId": "7"})
    assert added.status_code == 201, added.text
    path = f"{LISTINGS}/{added.json['id']}"
    assert added.json["initiative"]["sources"][0]["sourceName"] == "Lijst"
    changed = call("PUT", path, content(phase="running") | {"basedOn": 1, "source": "Telefoon"})
    assert (changed.status_code, changed.json["revision"]) == (200, 2), changed.text
    assert call("PUT", path, content(phase="mature") | {"basedOn": 1}).status_code == 409
    proposed = call("POST", f"{path}/proposals", content(phase="mature") | {"basedOn": 2}, role="supporter")
    assert (proposed.status_code, proposed.json["state"]) == (201, "proposed"), proposed.text
    assert call("GET", path).json["proposals"] == [3]
    approved = call("POST", f"{path}/proposals/3/approve", {"note": "Klopt"})
    assert (approved.json["initiative"]["phase"], approved.json["proposals"]) == ("mature", [])
    restored = call("POST", f"{path}/revisions/1/restore", {})
    assert restored.json["initiative"]["phase"] == "starting"
    revisions = call("GET", f"{path}/revisions").json["items"]
    assert [each["action"] for each in revisions] == ["restored", "changed", "changed", "created"]
    public = call("GET", f"/api/v1/entries/{added.json['id']}", role="").json
    assert (public["phase"], public["sources"][0]["sourceName"]) == ("starting", "Lijst")


def test_a_program_confirms_closes_opens_and_withdraws(call):
    path = f"{LISTINGS}/{call('POST', LISTINGS, content()).json['id']}"
    for what, state in (("confirm", "published"), ("close", "closed"), ("reopen", "published")):
        answer = call("POST", f"{path}/{what}", {})
        assert (answer.status_code, answer.json["state"]) == (200, state)
    assert answer.json["confirmedAt"]
    assert call("POST", f"{path}/withdraw", {"note": "Dubbel"}).json["state"] == "withdrawn"
    back = call("POST", f"{path}/reopen", {}).json
    assert back["id"] not in path
    assert call("GET", f"{LISTINGS}?state=published&q=noaber").json["total"] == 1


@pytest.mark.parametrize(
    ("role", "scopes", "status"),
    [("", (), 401), ("supporter", (), 403), ("coordinator", ("read",), 403)],
)
def test_who_may_not_add_is_refused(call, role, scopes, status):
    assert call("POST", LISTINGS, content(), role=role, scopes=scopes).status_code == status


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": ""},
        {"initiative": {"kind": "neighbour_care", "areas": []}},
        {"initiative": content(themes=["meeting"] * 50)["initiative"]},
        {"extra": 1},
    ],
)
def test_what_cannot_be_is_refused(call, wrong):
    answer = call("POST", LISTINGS, content() | wrong)
    assert answer.status_code == 422
    assert call("GET", LISTINGS).json["total"] == 0


def test_what_does_not_exist_is_not_found(call):
    assert call("GET", f"{LISTINGS}/0123456789abcdef").status_code == 404
    path = f"{LISTINGS}/{call('POST', LISTINGS, content()).json['id']}"
    assert call("POST", f"{path}/revisions/9/restore", {}).status_code == 404
    assert call("POST", f"{path}/proposals/1/approve", {}).status_code == 409


def test_contact_data_is_published_with_consent_only_and_who_agreed_stays_here(call, hub_site):
    contact = {"email": "info@noabers.example", "website": "https://noabers.example"}
    new = content(contact=contact)
    for consent in (
        {},
        {"consent": None},
        {"consent": {"by": "Wim"}},
        {"consent": {"by": "", "on": "2026-01-05"}},
    ):
        assert call("POST", LISTINGS, new | consent).status_code == 422
    late = {"consent": {"by": "Wim", "on": "2999-01-01"}}
    assert call("POST", LISTINGS, new | late).status_code == 422
    assert call("GET", LISTINGS).json["total"] == 0
    agreed = {"consent": {"by": "Wim van het bestuur", "on": "2026-01-05"}}
    added = call("POST", LISTINGS, new | agreed)
    assert (added.status_code, added.json["consentOn"]) == (201, "2026-01-05"), added.text
    assert "Wim" not in added.text
    path = f"{LISTINGS}/{added.json['id']}"
    same = content(contact=contact, phase="running") | {"basedOn": 1}
    assert call("PUT", path, same).json["consentOn"] == "2026-01-05"
    other = content(contact={"telephone": "0131234567"}) | {"basedOn": 2}
    assert call("PUT", path, other).status_code == 422
    assert call("POST", f"{path}/proposals", other, role="supporter").status_code == 422
    proposed = other | {"consent": {"by": "Truus", "on": "2026-02-01"}}
    assert call("POST", f"{path}/proposals", proposed, role="supporter").status_code == 201
    assert call("GET", path).json["consentOn"] == "2026-01-05"
    assert call("POST", f"{path}/proposals/3/approve", {}).json["consentOn"] == "2026-02-01"
    assert call("POST", f"{path}/revisions/1/restore", {}).json["consentOn"] == "2026-01-05"
    nothing = content() | {"basedOn": 4}
    assert call("PUT", path, nothing).json["consentOn"] is None
    told = [
        call("GET", f"{path}/revisions").text,
        call("GET", f"/api/v1/entries/{added.json['id']}", role="").text,
    ]
    assert "Wim" not in "".join(told)
    with hub_site.runtime.database.session(write=False) as session:
        assert "Wim" not in "".join(str(each.document) for each in session.query(PublishedObject))
