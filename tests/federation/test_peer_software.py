"""What software a peer runs: asked at leisure, only of whom we know, and nothing hostile gets in."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from sqlalchemy import select

from federation.actors.remote_actors import remember_actor
from federation.database import now
from federation.health import software
from federation.health.software import learn_some, software_of
from federation.relations.followers import Follow
from federation.relations.peers import Peer
from federation.relations.standing import set_rule
from schemas.errors import RemoteError
from tests.federation.remote import Answer, actor_of, document, key_pair, redirect
from tests.small_network import Network

JSON = {"Content-Type": "application/json"}
SCHEMA = "http://nodeinfo.diaspora.software/ns/schema/"


def telling(remote, found: object, *, version: str = "2.1", href: str = "") -> None:
    """Let the server say this as its NodeInfo."""
    links = {"links": [{"rel": SCHEMA + version, "href": href or f"{remote.base}/nodeinfo"}]}
    remote.answers["/.well-known/nodeinfo"] = document(links, headers=JSON)
    remote.answers["/nodeinfo"] = document(found, headers=JSON)


@pytest.fixture
def known(session, village, remote):
    """The server has an actor that follows us."""
    uri = f"{remote.base}/actors/alice"
    remember_actor(session, actor_of(uri, key_pair()))
    follow = Follow(
        identity_id=village.id, remote_uri=uri, direction="in", state="accepted", activity_uri="x"
    )
    session.add(follow)
    session.commit()
    return uri


def host_of(remote) -> str:
    """The server as a peer is called."""
    return remote.base.removeprefix("http://")


def peer(runtime, remote) -> Peer | None:
    """What we know of the server now."""
    with runtime.database.session(write=False) as session:
        return session.get(Peer, host_of(remote))


@pytest.mark.parametrize("version", ["2.0", "2.1"])
def test_the_software_is_read_once_a_week(runtime, remote, known, version):
    telling(remote, {"software": {"name": "mastodon", "version": "4.5.2"}}, version=version)
    assert learn_some(runtime) == 1
    assert peer(runtime, remote).software == "mastodon 4.5.2"
    assert learn_some(runtime) == 0
    with runtime.database.session() as session:
        session.get_one(Peer, host_of(remote)).software_at = now() - software.EVERY - timedelta(minutes=1)
        session.commit()
    telling(remote, {"software": {"name": "mastodon", "version": "4.6.0"}})
    assert learn_some(runtime) == 1
    assert peer(runtime, remote).software == "mastodon 4.6.0"


def test_what_was_known_stays_when_nobody_answers(runtime, remote, known):
    telling(remote, {"software": {"name": "omzien", "version": "1"}})
    learn_some(runtime)
    remote.answers.clear()
    with runtime.database.session() as session:
        session.get_one(Peer, host_of(remote)).software_at = None
        session.commit()
    assert learn_some(runtime) == 1
    assert peer(runtime, remote).software == "omzien 1"
    assert peer(runtime, remote).software_at is not None


def test_only_those_we_know_are_asked(runtime, session, village, remote):
    remember_actor(session, actor_of(f"{remote.base}/actors/stranger", key_pair()))
    session.add(Peer(host=host_of(remote), failures=0))
    session.commit()
    assert learn_some(runtime) == 0
    assert remote.asked == []


def test_the_suspended_and_those_in_a_pause_are_left_alone(runtime, session, remote, known):
    set_rule(session, known, "suspend", reason="lastig", by="Jo")
    session.commit()
    assert learn_some(runtime) == 0
    with runtime.database.session() as writing:
        set_rule(writing, known, "allow", reason="", by="Jo")
        writing.add(Peer(host=host_of(remote), failures=5, breaker_until=now() + timedelta(minutes=9)))
        writing.commit()
    assert learn_some(runtime) == 0
    assert remote.asked == []


HOSTILE = [
    {"software": "mastodon"},
    {"software": {"name": ["x"], "version": {"a": 1}}},
    {"software": None},
    {},
    {"software": {"name": "", "version": ""}},
]


@pytest.mark.parametrize("found", HOSTILE)
def test_nonsense_is_no_software(settings, remote, found):
    telling(remote, found)
    assert software_of(settings, remote.base) == ""


def test_long_and_strange_names_are_cut(settings, remote):
    telling(remote, {"software": {"name": "a" * 5000, "version": "1\u202e\x07 <script>"}})
    found = software_of(settings, remote.base)
    assert len(found) <= 80
    assert found.isprintable()


@pytest.mark.parametrize(
    "links",
    [
        "no list",
        [],
        ["x", None, 3, {"rel": 1, "href": 2}],
        [{"rel": "http://nodeinfo.diaspora.software/ns/schema/1.0", "href": "/nodeinfo"}],
        [{"rel": SCHEMA + "2.1", "href": "https://169.254.169.254/latest/meta-data"}],
        [{"rel": SCHEMA + "2.1", "href": "file:///etc/passwd"}],
        [{"rel": SCHEMA + "2.1", "href": "http://127.0.0.1:1/nodeinfo"}],
    ],
)
def test_links_that_lead_elsewhere_are_not_followed(settings, remote, links):
    remote.answers["/.well-known/nodeinfo"] = document({"links": links}, headers=JSON)
    with pytest.raises(RemoteError):
        software_of(settings, remote.base)
    assert remote.paths() == ["/.well-known/nodeinfo"]


def test_a_hostile_document_stays_outside(settings, remote):
    telling(remote, {})
    bad = [
        Answer(b"[1]", headers=JSON),
        Answer(b"not json", headers=JSON),
        Answer(b'{"software":' + b'{"a":' * 40 + b"1" + b"}" * 40 + b"}", headers=JSON),
        Answer(b'{"a":1,"a":2}', headers=JSON),
        Answer(b" " * (1024 * 1024 + 1), headers=JSON),
        Answer(json.dumps({"software": {"name": "x"}}).encode(), headers={"Content-Type": "text/html"}),
        redirect(f"{remote.base}/nodeinfo"),
        redirect("https://10.0.0.1/nodeinfo"),
    ]
    for answer in bad:
        remote.answers["/nodeinfo"] = answer
        with pytest.raises(RemoteError):
            software_of(settings, remote.base)


def test_our_own_software_is_understood(network: Network):
    """Two of our nodes: the sweep tells each what the other runs."""
    hub, dorp = network.add("hub", "hub"), network.add("dorp", "village")
    network.join(dorp, hub)
    dorp.run("federation.health.jobs.sweep")
    names = dorp.all(select(Peer.software).where(Peer.host == hub.url.removeprefix("http://")))
    assert names[0].startswith("omzien ")
