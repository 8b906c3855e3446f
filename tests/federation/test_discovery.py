"""Being found: every discovery document, by every way to ask for it."""

from __future__ import annotations

import re
from http import HTTPStatus

import pytest
from flask import Flask

from federation import flask_session
from federation.actors.identities import get_identity, listed_keys
from federation.signatures import proofs
from federation.web import bp
from tests.federation.conftest import BASE

AP = "application/activity+json"
LD = 'application/ld+json; profile="https://www.w3.org/ns/activitystreams"'
DOCUMENTS = (
    ("/actors/dorp", AP),
    ("/actors/server", AP),
    ("/.well-known/webfinger?resource=acct:dorp@127.0.0.1:8101", "application/jrd+json"),
    ("/.well-known/nodeinfo", "application/json"),
    ("/nodeinfo/2.1", "application/json"),
    ("/.well-known/host-meta", "application/xrd+xml"),
    ("/.well-known/host-meta.json", "application/jrd+json"),
)


@pytest.fixture
def client(runtime, village):
    """Another server that asks."""
    app = Flask("federation")
    flask_session.init_app(app, runtime)
    app.register_blueprint(bp)
    return app.test_client()


def ask(client, path, **headers):
    return client.get(path, base_url=BASE, headers={name.replace("_", "-"): v for name, v in headers.items()})


@pytest.mark.parametrize(("path", "media_type"), DOCUMENTS)
def test_each_is_cacheable_for_anybody_and_answers_head(client, path, media_type):
    accept = media_type if media_type == AP else "*/*"
    answer = ask(client, path, Accept=accept)
    assert answer.status_code == HTTPStatus.OK
    assert answer.mimetype == media_type
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    assert "Accept" in answer.headers["Vary"]
    assert re.search(r"max-age=[1-9]", answer.headers["Cache-Control"])
    again = ask(client, path, Accept=accept, If_None_Match=answer.headers["ETag"])
    assert (again.status_code, again.data) == (HTTPStatus.NOT_MODIFIED, b"")
    head = client.head(path, base_url=BASE, headers={"Accept": accept})
    assert (head.status_code, head.data, head.headers["ETag"]) == (200, b"", answer.headers["ETag"])


@pytest.mark.parametrize(
    ("accept", "is_software"),
    [
        (AP, True),
        (LD, True),
        ("application/activity+json;q=0.9, text/html;q=0.8", True),
        ("text/html;q=0.9, application/activity+json;q=0.8", False),
        ("text/html,application/xhtml+xml,*/*;q=0.8", False),
        ("*/*", False),
        ("application/activity+json;q=0", False),
    ],
)
def test_an_actor_is_a_document_for_software_and_a_page_for_people(client, accept, is_software):
    answer = ask(client, "/actors/dorp", Accept=accept)
    assert (answer.status_code == HTTPStatus.OK) is is_software
    assert "Accept" in answer.headers["Vary"]
    if not is_software:
        assert answer.headers["Location"] == f"{BASE}/ons-dorp"


def test_every_actor_proves_its_own_document(client, session, village):
    for role in ("cooperative", "server"):
        identity = get_identity(session, role)
        document = ask(client, f"/actors/{identity.username}", Accept=AP).json
        proofs.verify(document, owner_uri=identity.actor_uri, keys=listed_keys(session, identity))


def test_the_server_is_found_from_nodeinfo_and_from_the_actors_it_speaks_for(client):
    links = {link["rel"]: link["href"] for link in ask(client, "/.well-known/nodeinfo").json["links"]}
    server = links["https://www.w3.org/ns/activitystreams#Application"]
    assert ask(client, "/actors/dorp", Accept=AP).json["generator"] == server
    document = ask(client, "/actors/server", Accept=AP).json
    assert (document["id"], document["type"]) == (server, "Application")
    understood = [each["href"] for each in document["implements"]]
    assert "https://datatracker.ietf.org/doc/html/rfc9421" in understood


def test_nodeinfo_keeps_to_the_schema_of_version_2_1(client):
    """The constraints of http://nodeinfo.diaspora.software/ns/schema/2.1: nothing else at the top."""
    document = ask(client, "/nodeinfo/2.1").json
    required = {"version", "software", "protocols", "services", "openRegistrations", "usage", "metadata"}
    assert set(document) == required
    assert document["version"] == "2.1"
    assert re.fullmatch(r"[a-z0-9-]+", document["software"]["name"])
    assert set(document["software"]) <= {"name", "version", "repository", "homepage"}
    assert isinstance(document["software"]["version"], str)
    assert document["protocols"] == ["activitypub"]
    assert {name: list(value) for name, value in document["services"].items()} == {
        "inbound": [],
        "outbound": [],
    }
    assert document["openRegistrations"] is False
    assert set(document["usage"]) <= {"users", "localPosts", "localComments"}
    assert not any(document["usage"].get("users", {}).values())
    assert isinstance(document["metadata"], dict)


def test_host_meta_leads_to_webfinger_in_both_forms(client):
    template = f"{BASE}/.well-known/webfinger?resource={{uri}}"
    assert f'template="{template}"' in ask(client, "/.well-known/host-meta").text
    for path, accept in (("host-meta", "application/json"), ("host-meta.json", "*/*")):
        document = ask(client, f"/.well-known/{path}", Accept=accept).json
        assert document["links"][0]["template"] == template
