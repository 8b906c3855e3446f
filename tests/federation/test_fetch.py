"""The fetcher against real servers: it goes nowhere it should not, and never for long."""

from __future__ import annotations

import asyncio
import socket
import time
from dataclasses import replace

import pytest

from federation.fetching import addresses, fetch
from federation.fetching.addresses import GuardedResolver, guarded_connector, is_public, may_connect
from federation.fetching.fetch import PLAIN_JSON, WEBFINGER, fetch_json
from federation.receiving.door import refusal
from federation.receiving.gate import admit
from federation.settings import Settings
from schemas.errors import GaveUp, TryLater
from tests.federation.remote import AP, Answer, document, redirect
from tests.federation.test_key_fetching import follow

LOOPBACK = Settings(allow_loopback=True)
STRICT = Settings()


def test_a_document_at_its_own_address(remote):
    remote.answers["/a"] = document({"id": f"{remote.base}/a", "type": "Note"})
    assert fetch_json(LOOPBACK, f"{remote.base}/a#part").document["type"] == "Note"
    assert "signature" not in {name.lower() for name in remote.asked[0][1]}


def test_the_signature_of_our_server_goes_along_but_not_to_another_host(remote, settings, village):
    remote.answers["/a"] = redirect("/b")
    remote.answers["/b"] = redirect(remote.base.replace("127.0.0.1", "localhost") + "/c")
    remote.answers["/c"] = Answer(b"{}")
    with pytest.raises(GaveUp):
        fetch_json(settings, f"{remote.base}/a", sign_as=village)
    signed = ["Signature" in headers for _, headers in remote.asked]
    assert (remote.paths(), signed) == (["/a", "/b", "/c"], [True, True, False])


def test_plain_http_and_loopback_are_refused_unless_switched_on(remote):
    remote.answers["/a"] = document({"id": f"{remote.base}/a"})
    with pytest.raises(GaveUp):
        fetch_json(STRICT, f"{remote.base}/a")
    with pytest.raises(GaveUp):
        fetch_json(STRICT, f"{remote.base}/a".replace("http:", "https:"))
    with pytest.raises(GaveUp):
        fetch_json(LOOPBACK, "http://elders.example/a")
    assert remote.asked == []


@pytest.mark.parametrize(
    "target",
    [
        "http://10.0.0.1/",
        "https://10.0.0.1/",
        "https://192.168.1.1/latest",
        "https://169.254.169.254/latest/meta-data",
        "https://[::ffff:10.0.0.1]/",
        "https://[64:ff9b::a00:1]/",
        "https://[2002:a00:1::]/",
        "https://[fe80::1]/",
        "https://0.0.0.0/",
        "https://0/",
        "https://2130706433/",
        "http://0x7f.1/",
        "file:///etc/passwd",
        "ftp://elders.example/",
        "https://user:password@elders.example/",
        "//",
        "",
    ],
)
@pytest.mark.parametrize("settings", [STRICT, LOOPBACK], ids=["strict", "loopback"])
def test_a_redirect_leads_nowhere_private(remote, target, settings):
    remote.answers["/a"] = redirect(target)
    with pytest.raises(GaveUp):
        fetch_json(LOOPBACK, f"{remote.base}/a")
    with pytest.raises(GaveUp):
        fetch_json(settings, target or "https://")


def test_a_name_that_leads_to_loopback_is_refused_even_for_development(monkeypatch):
    """Only 127.0.0.1, ::1 and localhost are loopback by name."""
    rows = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", 443))]
    monkeypatch.setattr(addresses, "_get_addresses", lambda *_: rows)
    with pytest.raises(GaveUp):
        fetch_json(LOOPBACK, "https://rebind.example/")


def test_one_private_address_among_public_ones_is_enough(monkeypatch):
    found = [("93.184.216.34", 443), ("10.0.0.1", 443)]
    rows = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", address) for address in found]
    monkeypatch.setattr(addresses, "_get_addresses", lambda *_: rows)
    with pytest.raises(OSError, match=r"10\.0\.0\.1"):
        asyncio.run(GuardedResolver(STRICT).resolve("mixed.example", 443))


def test_the_socket_itself_is_guarded():
    """Whatever the resolver said: the last check stands where the socket is made."""

    async def connect() -> None:
        connector = guarded_connector(STRICT)
        factory = connector._socket_factory
        try:
            factory((socket.AF_INET, socket.SOCK_STREAM, 6, "", ("10.0.0.1", 443)))
        finally:
            await connector.close()

    with pytest.raises(OSError, match="do not connect"):
        asyncio.run(connect())


def test_redirects_end(remote):
    for at in range(6):
        remote.answers[f"/{at}"] = redirect(f"/{at + 1}")
    with pytest.raises(GaveUp, match="redirects"):
        fetch_json(LOOPBACK, f"{remote.base}/0")
    assert remote.paths() == ["/0", "/1", "/2", "/3"]


def test_a_circle_of_redirects_is_seen(remote):
    remote.answers["/a"], remote.answers["/b"] = redirect("/b"), redirect("/a#again")
    with pytest.raises(GaveUp, match="circle"):
        fetch_json(LOOPBACK, f"{remote.base}/a")
    assert remote.paths() == ["/a", "/b"]


def test_an_answer_is_never_larger_than_a_megabyte(remote):
    remote.answers["/a"] = document({"id": f"{remote.base}/a", "x": "y" * 1_100_000})
    with pytest.raises(GaveUp, match="more than"):
        fetch_json(LOOPBACK, f"{remote.base}/a")


@pytest.mark.parametrize("answer", [Answer(b"{}", delay=3), Answer(b'{"a": 1}' * 40, drip=0.05)])
def test_a_slow_server_is_left(remote, monkeypatch, answer):
    """Also one that sends a byte now and then."""
    monkeypatch.setattr(fetch, "TIMEOUT", 0.4)
    remote.answers["/a"] = answer
    begun = time.monotonic()
    with pytest.raises(TryLater):
        fetch_json(LOOPBACK, f"{remote.base}/a")
    assert time.monotonic() - begun < 2.5


@pytest.mark.parametrize("media_type", ["text/html", "application/json", "application/ld+json", ""])
def test_only_activity_json_is_read_also_after_a_redirect(remote, media_type):
    body = document({"id": f"{remote.base}/b"}).body
    remote.answers["/a"], remote.answers["/b"] = (
        redirect("/b"),
        Answer(body, headers={"Content-Type": media_type}),
    )
    with pytest.raises(GaveUp, match="type"):
        fetch_json(LOOPBACK, f"{remote.base}/a")


def test_a_compressed_answer_is_not_unpacked(remote):
    remote.answers["/a"] = Answer(b"\x1f\x8b", headers={"Content-Type": AP, "Content-Encoding": "gzip"})
    with pytest.raises(GaveUp, match="compressed"):
        fetch_json(LOOPBACK, f"{remote.base}/a")


@pytest.mark.parametrize(
    "body", [b"", b"[]", b"{", b'{"id":"a","id":"b"}', b'{"a":' * 40 + b"1" + b"}" * 40, b'{"x":NaN}']
)
def test_doubtful_json_is_refused(remote, body):
    remote.answers["/a"] = Answer(body)
    with pytest.raises(GaveUp):
        fetch_json(LOOPBACK, f"{remote.base}/a")


def test_a_document_counts_only_at_the_address_it_names(remote):
    real = document({"id": f"{remote.base}/real", "type": "Note", "name": "real"})
    remote.answers["/copy"] = document({"id": f"{remote.base}/real", "type": "Note", "name": "forged"})
    remote.answers["/real"] = real
    assert fetch_json(LOOPBACK, f"{remote.base}/copy").document["name"] == "real"


def test_an_id_that_leads_on_and_on_is_given_up(remote):
    remote.answers["/1"] = document({"id": f"{remote.base}/2"})
    remote.answers["/2"] = document({"id": f"{remote.base}/3"})
    with pytest.raises(GaveUp, match="another id"):
        fetch_json(LOOPBACK, f"{remote.base}/1")
    assert remote.paths() == ["/1", "/2"]


def test_a_document_cannot_send_us_inside_by_its_id(remote):
    remote.answers["/a"] = document({"id": "http://10.0.0.1/admin"})
    with pytest.raises(GaveUp):
        fetch_json(LOOPBACK, f"{remote.base}/a")
    remote.answers["/b"] = document({"name": "no id"})
    with pytest.raises(GaveUp):
        fetch_json(LOOPBACK, f"{remote.base}/b")


@pytest.mark.parametrize(
    ("status", "error"), [(404, GaveUp), (410, GaveUp), (401, GaveUp), (503, TryLater), (429, TryLater)]
)
def test_a_status_says_whether_to_come_back(remote, status, error):
    remote.answers["/a"] = Answer(b"", status, {"Retry-After": "7"})
    with pytest.raises(error) as caught:
        fetch_json(LOOPBACK, f"{remote.base}/a")
    assert caught.value.remote_status == status
    if error is TryLater:
        assert caught.value.retry_after == 7


@pytest.mark.parametrize(("asked", "heeded"), [("9" * 400, 86400), ("soon", None), ("-1", None), ("٣", None)])
def test_what_another_server_says_of_later_is_bounded(session, settings, village, remote, asked, heeded):
    """A server that is asked for a key chooses these words; our own answer must not break on them."""
    remote.answers["/actors/x"] = Answer(b"", 503, {"Retry-After": asked.encode().decode("latin-1")})
    with pytest.raises(TryLater) as caught:
        admit(session, settings, follow(remote, "cavage"))
    assert caught.value.retry_after == heeded
    status, headers, _body = refusal(caught.value)
    assert (status, dict(headers)["Retry-After"]) == (503, str(heeded or 60))


def test_nobody_there_may_be_there_later():
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with pytest.raises(TryLater):
        fetch_json(LOOPBACK, f"http://127.0.0.1:{port}/")


def test_other_kinds_of_json_where_they_are_expected(remote):
    remote.answers["/jrd"] = Answer(b'{"links":[]}', headers={"Content-Type": "application/jrd+json"})
    remote.answers["/json"] = Answer(b'{"a":1}', headers={"Content-Type": "application/json"})
    assert fetch_json(LOOPBACK, f"{remote.base}/jrd", accept=WEBFINGER).document == {"links": []}
    assert fetch_json(LOOPBACK, f"{remote.base}/json", accept=PLAIN_JSON).document == {"a": 1}
    with pytest.raises(GaveUp):
        fetch_json(LOOPBACK, f"{remote.base}/jrd", accept=PLAIN_JSON)


PRIVATE = [
    "0.0.0.0",
    "0.1.2.3",
    "10.1.2.3",
    "100.64.0.1",
    "127.0.0.1",
    "127.1.2.3",
    "169.254.169.254",
    "172.16.0.1",
    "172.31.255.255",
    "192.0.0.1",
    "192.0.0.9",
    "192.0.2.1",
    "192.88.99.1",
    "192.168.0.1",
    "198.18.0.1",
    "198.51.100.1",
    "203.0.113.1",
    "224.0.0.1",
    "224.1.1.1",
    "239.1.1.1",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::10.0.0.1",
    "::ffff:127.0.0.1",
    "::ffff:10.0.0.1",
    "::ffff:0:8.8.8.8",
    "64:ff9b::7f00:1",
    "64:ff9b::a00:1",
    "64:ff9b:1::1",
    "100::1",
    "2001::1",
    "2001:0:808:808::f5ff:fffe",
    "2001:2::1",
    "2001:10::1",
    "2001:20::1",
    "2001:db8::1",
    "2002:7f00:1::",
    "2002:a00:1::",
    "3fff::1",
    "5f00::1",
    "fc00::1",
    "fd00::1",
    "fe80::1",
    "fe80::1%eth0",
    "fec0::1",
    "ff02::1",
    "ff0e::1",
    "localhost",
    "example",
    "1",
    "0x7f000001",
    "127.1",
    "1.2.3",
    "::g",
]
PUBLIC = [
    "8.8.8.8",
    "93.184.216.34",
    "1.1.1.1",
    "172.32.0.1",
    "192.0.1.1",
    "2606:4700::1111",
    "2a00:1450::1",
    "::ffff:8.8.8.8",
    "64:ff9b::808:808",
    "2002:808:808::1",
]


@pytest.mark.parametrize("address", PRIVATE)
def test_addresses_where_we_do_not_connect(address):
    assert not is_public(address)
    assert not may_connect(STRICT, address)


@pytest.mark.parametrize("address", PUBLIC)
def test_addresses_of_the_open_internet(address):
    assert is_public(address)


def test_development_opens_loopback_and_nothing_else():
    opened = {address for address in PRIVATE if may_connect(LOOPBACK, address)}
    assert opened == {"127.0.0.1", "127.1.2.3", "::1"}
    assert not may_connect(replace(LOOPBACK, allow_loopback=False), "127.0.0.1")
