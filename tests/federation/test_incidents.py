"""The incidents of other servers, each as a test of ours (see the CVE numbers)."""

from __future__ import annotations

import ast
import json
import threading
import time

import pytest

from federation.actors.discovery import lookup
from federation.actors.remote_actors import find_actor
from federation.fetching import addresses
from federation.fetching.fetch import PLAIN_JSON, WEBFINGER, fetch_json
from federation.receiving.gate import admit, examine
from federation.receiving.inbox import InboxActivity
from federation.settings import Settings
from federation.signatures import fetch_limits
from schemas.actors import ActorSchema
from schemas.errors import AppError, BadSignature, GaveUp, InvalidInput, TryLater
from tests.architecture.sources import ROOT, imports_of, modules
from tests.federation.messages import ON_SQLITE, count, note, signed
from tests.federation.remote import ALICE, AP, Answer, actor_of, key_pair, redirect
from tests.federation.test_key_fetching import follow, offer

LOOPBACK = Settings(allow_loopback=True)
INSIDE = [
    "https://127.0.0.1/",
    "https://[::1]/",
    "https://10.0.0.1/",
    "https://169.254.169.254/latest/meta-data",
    "https://[::ffff:169.254.169.254]/",
    "https://[64:ff9b::a9fe:a9fe]/",
    "https://[2002:a9fe:a9fe::]/",
    "https://[2001:0:a9fe:a9fe::1]/",
    "https://[fd00::1]/",
    "https://0.0.0.0/",
    "https://0177.0.0.1/",
    "https://localhost/",
]
"""Ways into the house (CVE-2024-39687, CVE-2026-62857, CVE-2026-50131, CVE-2026-77632, CVE-2026-33693)."""


@pytest.mark.parametrize("inside", INSIDE)
def test_cve_2024_39687_ssrf_by_redirect(remote, inside):
    remote.answers["/a"] = redirect(inside)
    with pytest.raises((GaveUp, TryLater)) as caught:
        fetch_json(LOOPBACK, f"{remote.base}/a")
    assert (
        isinstance(caught.value, GaveUp) or "localhost" in inside or "127.0.0.1" in inside or "::1" in inside
    )
    assert remote.paths() == ["/a"]


@ON_SQLITE
@pytest.mark.parametrize("inside", INSIDE)
def test_cve_2025_23221_ssrf_by_webfinger(session, settings, village, remote, inside):
    """A WebFinger answer, and a redirect of WebFinger, lead only where any address may lead."""
    host = remote.base.removeprefix("http://")
    path = f"/.well-known/webfinger?resource=acct:x@{host}"
    links = [{"rel": "self", "type": AP, "href": inside}]
    jrd = {"Content-Type": "application/jrd+json"}
    for answer in (Answer(json.dumps({"links": links}).encode(), headers=jrd), redirect(inside)):
        remote.answers[path] = answer
        with pytest.raises((GaveUp, TryLater)):
            lookup(session, settings, f"@x@{host}")
    assert set(remote.paths()) == {path}


def test_webfinger_does_not_lead_in_endless_circles(session, settings, village, remote):
    host = remote.base.removeprefix("http://")
    path = f"/.well-known/webfinger?resource=acct:x@{host}"
    remote.answers[path] = redirect(f"{remote.base}{path}&again")
    remote.answers[f"{path}&again"] = redirect(f"{remote.base}{path}")
    with pytest.raises(GaveUp):
        lookup(session, settings, f"@x@{host}")
    assert len(remote.asked) == 2


@pytest.mark.parametrize("inside", INSIDE)
@pytest.mark.parametrize("accept", [PLAIN_JSON, WEBFINGER], ids=["nodeinfo", "webfinger"])
def test_ssrf_by_nodeinfo(remote, inside, accept):
    remote.answers["/.well-known/nodeinfo"] = redirect(inside)
    with pytest.raises((GaveUp, TryLater)):
        fetch_json(LOOPBACK, f"{remote.base}/.well-known/nodeinfo", accept=accept)
    assert remote.paths() == ["/.well-known/nodeinfo"]


def test_there_is_one_fetcher():
    """Only these modules open connections to others; everything else asks them."""
    may = {
        "federation/fetching/addresses.py",
        "federation/fetching/fetch.py",
    }
    clients = {"aiohttp", "httpx", "requests", "urllib3", "http", "socket", "ftplib", "smtplib"}
    found = {
        str(path.relative_to(ROOT))
        for path in modules("schemas", "federation", "directory")
        if imports_of(path) & (clients - {"http", "socket"})
    }
    assert {name for name in found if not name.startswith("federation/sending/")} == may
    for path in modules("federation", "directory", "node"):
        for each in ast.walk(ast.parse(path.read_text())):
            if isinstance(each, ast.ImportFrom):
                assert each.module != "urllib.request", path


def test_a_name_is_resolved_once_and_its_address_is_the_one_that_is_used(monkeypatch):
    """DNS rebinding: a second answer of the name server is never asked for."""
    looked_up = []

    def answer(host, port, *_rest):
        looked_up.append(host)
        inside = len(looked_up) > 1
        return [(2, 1, 6, "", ("10.0.0.1" if inside else "192.0.2.1", port))]

    monkeypatch.setattr(addresses, "_get_addresses", answer)
    with pytest.raises(GaveUp):
        fetch_json(Settings(), "https://rebind.example/")
    assert looked_up == ["rebind.example"]


@ON_SQLITE
@pytest.mark.parametrize("scheme", ["rfc9421", "cavage"])
def test_cve_2025_54888_origin_confusion_by_what_a_message_carries(session, settings, alice, scheme):
    """A message about another server's actor does not become that actor's message."""
    victim = "https://victim.example/actors/v"
    forged = {**actor_of(victim, key_pair()), "name": "Taken over"}
    for kind in ("Create", "Update", "Delete"):
        with pytest.raises(BadSignature):
            admit(session, settings, signed(scheme, note(type=kind, object=forged)))
    assert find_actor(session, victim) is None
    assert count(session) == 0


@pytest.mark.parametrize(
    "uri",
    [
        "https://elders.example.evil.example/1",
        "https://elders.example@evil.example/1",
        "https://evil.example/https://elders.example/1",
        "https://elders.example:444/1",
        "http://elders.example/1",
        "https://elders.exampl\u0435/1",  # a Cyrillic letter
        "https://elders.example\\@evil.example/1",
        "//elders.example/1",
        "https:/elders.example/1",
    ],
)
@ON_SQLITE
def test_cve_2026_28432_addresses_that_look_alike_are_not_of_one_origin(session, settings, alice, uri):
    with pytest.raises((BadSignature, InvalidInput)):
        admit(session, settings, signed("rfc9421", note(id=uri)))


@ON_SQLITE
@pytest.mark.parametrize(
    "uri", ["https://ELDERS.example/1", "https://elders.example:443/1", "https://elders.example./1"]
)
def test_one_origin_written_in_other_ways_is_one_origin(session, settings, alice, uri):
    assert admit(session, settings, signed("rfc9421", note(id=uri))) == "accepted"


@ON_SQLITE
@pytest.mark.parametrize(
    "media_type", ["text/plain", "application/octet-stream", "image/svg+xml", "application/xml"]
)
def test_cve_2024_25623_what_a_visitor_uploaded_is_not_a_document(
    session, settings, village, remote, media_type
):
    """A file on an honest server, with an actor's text and another media type."""
    forged = json.dumps(actor_of(f"{remote.base}/actors/x", key_pair())).encode()
    remote.answers["/actors/x"] = Answer(forged, headers={"Content-Type": media_type})
    with pytest.raises(BadSignature):
        admit(session, settings, follow(remote, "cavage"))


@ON_SQLITE
def test_cve_2022_24307_an_ld_signature_vouches_for_nothing(session, settings, alice):
    """Neither alone nor beside a proof is it looked at; nothing of JSON-LD is processed."""
    found = signed("cavage", note(signature={"type": "RsaSignature2017", "creator": f"{ALICE}#main-key"}))
    bare = type(found)(
        found.method,
        found.url,
        tuple(pair for pair in found.headers if pair[0] != "Signature"),
        found.body,
        found.received_at,
    )
    with pytest.raises(BadSignature, match="no signature"):
        admit(session, settings, bare)


@ON_SQLITE
@pytest.mark.parametrize(
    "changes",
    [
        {"actor": None, "https://www.w3.org/ns/activitystreams#actor": ALICE},
        {"id": None, "@id": "https://elders.example/activities/1"},
        {"type": None, "@type": "Create"},
        {"actor": None, "as:actor": {"@id": ALICE}},
        {"object": None, "@graph": [note()["object"]]},
        {"object": None, "@reverse": {"object": note()["object"]}},
        {"object": None, "@included": [note()["object"]]},
    ],
    ids=str,
)
def test_cve_2026_46349_rearranged_json_ld_is_not_read(session, settings, alice, changes):
    """A document means what its plain terms say; a context that renames them changes nothing."""
    context = ["https://www.w3.org/ns/activitystreams", {"actor": "@id", "author": "as:actor"}]
    with pytest.raises(InvalidInput):
        admit(session, settings, signed("rfc9421", note(**{"@context": context, **changes})))


@ON_SQLITE
def test_no_context_is_ever_fetched(session, settings, alice, remote):
    contexts = [f"{remote.base}/context", {"@import": f"{remote.base}/more"}]
    assert admit(session, settings, signed("cavage", note(**{"@context": contexts}))) == "accepted"
    session.commit()
    assert remote.asked == []


def test_cve_2026_34148_many_unknown_keys_cause_few_fetches(
    runtime, session, settings, village, remote, monkeypatch
):
    """Key-fetch amplification: the rate is that of the host, whatever the paths, in all processes."""
    monkeypatch.setattr(fetch_limits, "PER_HOST", 5)
    for number in range(20):
        with pytest.raises((BadSignature, TryLater)):
            admit(session, settings, follow(remote, "cavage", path=f"/actors/{number}"))
        session.commit()
    assert len(remote.asked) == 5


def test_all_strangers_together_have_a_rate(session, settings, village, monkeypatch):
    """A thousand hosts under one domain are one attacker."""
    monkeypatch.setattr(fetch_limits, "OF_STRANGERS", 4)
    for number in range(4):
        fetch_limits.count_fetch(session, f"h{number}.evil.example", of_stranger=True)
    with pytest.raises(TryLater) as caught:
        fetch_limits.count_fetch(session, "h5.evil.example", of_stranger=True)
    assert caught.value.kind == "too_many_keys"
    fetch_limits.count_fetch(session, "member.example", of_stranger=False)


def test_a_fetch_that_died_with_its_process_blocks_nobody_for_long(session):
    assert fetch_limits.claim_fetch(session, "https://x.example/#key")
    assert not fetch_limits.claim_fetch(session, "https://x.example/#key")
    fetch_limits.end_fetch(session, "https://x.example/#key")
    assert fetch_limits.claim_fetch(session, "https://x.example/#key")


@ON_SQLITE
@pytest.mark.parametrize(
    "changes", [{"to": ["x"] * 101}, {"tag": [{}] * 51}, {"object": {**note()["object"], "tag": [1] * 51}}]
)
def test_cve_2026_23962_arrays_have_an_end(session, settings, alice, changes):
    with pytest.raises(InvalidInput):
        admit(session, settings, signed("cavage", note(**changes)))


HOSTILE_HTML = [
    "<" * 100_000,
    "<a " * 30_000,
    "<a href='" * 20_000,
    "<!--" * 25_000,
    "&" * 100_000,
    "<p>" * 30_000,
    "<a b='c" + " " * 100_000,
    "<svg><style><![CDATA[" * 4_000,
]


@pytest.mark.parametrize("html", HOSTILE_HTML, ids=lambda html: html[:12])
def test_cve_2025_68475_hostile_html_takes_no_more_than_other_html(html):
    """ReDoS in HTML: a ratio to a harmless text of the same length.

    nh3 takes quadratic time for some of these, so what it gets is bounded: an actor's summary is the only
    HTML of others that we clean, and a longer one is refused before.
    """
    from directory.replica.entry_rows import plain_summary
    from schemas.personal_data import signs_in

    def cleaned(text: str) -> str:
        return plain_summary({"inbox": "", "summary": text})

    longest = ActorSchema().fields["summary"].validate.max
    assert "summary" in ActorSchema().validate({"summary": html[: longest + 1]})
    harmless = "<p>Eten &amp; drinken in caf&eacute; De Bank.</p> " * 6000
    for reader, most in ((signs_in, len(html)), (cleaned, longest)):
        text, other = html[:most], harmless[:most]
        assert len(text) == len(other) == most
        assert _quickest(reader, text) < 60 * max(_quickest(reader, other), 1e-4)


def _quickest(reader, text):
    times = []
    for _again in range(3):
        begun = time.perf_counter()
        reader(text)
        times.append(time.perf_counter() - begun)
    return min(times)


def test_a_flood_of_unknown_keys_starts_no_threads_and_leaves_room(
    runtime, session, settings, village, remote
):
    """Fork and thread bombs: however many knock, few wait for another server at a time."""
    session.close()
    for number in range(12):
        offer(remote, f"/actors/{number}")
        remote.answers[f"/actors/{number}"].delay = 0.4
    before, most, outcomes = threading.active_count(), 0, []

    def send(number):
        with runtime.database.session(write=False) as own:
            try:
                examine(own, settings, follow(remote, "cavage", path=f"/actors/{number}"))
                outcomes.append("examined")
            except AppError as error:
                outcomes.append(error.kind)

    threads = [threading.Thread(target=send, args=(number,)) for number in range(12)]
    for thread in threads:
        thread.start()
    while any(thread.is_alive() for thread in threads):
        most = max(most, threading.active_count())
        time.sleep(0.01)
    for thread in threads:
        thread.join()
    assert len(outcomes) == 12
    assert set(outcomes) <= {"examined", "too_many_keys"}
    # the twelve of this test, those of the other server here, and a bounded few to look up names
    assert most <= before + 12 + 12 + 16


@ON_SQLITE
def test_cve_2026_27468_nobody_subscribes_unseen(session, settings, village, remote):
    """A follow is a request until a person accepts it, and gives no right before."""
    from sqlalchemy import select

    import node.listeners  # noqa: F401
    from federation.receiving.inbox import process_batch
    from federation.relations.followers import Follow, follower_uris

    offer(remote)
    assert admit(session, settings, follow(remote, "cavage")) == "accepted"
    session.commit()
    process_batch(session, settings)
    assert session.scalar(select(Follow.state)) == "pending"
    assert follower_uris(session, village.id) == []
    assert session.scalar(select(InboxActivity.state)) == "done"
