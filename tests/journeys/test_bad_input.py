"""What goes wrong is told in a clear sentence, and nothing that was typed is lost."""

from __future__ import annotations

import http.server
import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
import requests

from tests.journeys.formats import SECTIONS
from tests.journeys.nodes import free_port

pytestmark = [pytest.mark.journey, pytest.mark.timeout(200)]


class Hostile(http.server.BaseHTTPRequestHandler):
    """A server that answers everything with endless rubbish of the right media type."""

    def do_GET(self) -> None:
        """Stream two megabytes that are no JSON."""
        self.send_response(200)
        self.send_header("Content-Type", "application/activity+json")
        self.end_headers()
        try:
            for _part in range(32):
                self.wfile.write(b'{"a":' * 13_000)
        except OSError:
            return  # the node stopped reading, as it should

    def log_message(self, *_words: object) -> None:
        """Say nothing."""


@contextmanager
def hostile_server() -> Iterator[str]:
    """Its address while the block runs."""
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Hostile)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
        thread.join(5)


def refusal_of(visitor, address: str) -> str:
    """What the page says when this address is asked to let us in; the address is still in the form."""
    page = visitor.get("/netwerk")
    sent = visitor.send(page, page.form(field="address"), {"address": address})
    assert 400 <= sent.status < 600, sent.main[:400]
    assert sent.status != 500, sent.main[:400]
    typed = sent.soup.find(attrs={"name": "address"})
    assert typed is not None
    assert typed["value"] == address
    said = " ".join(found.get_text(" ").strip() for found in sent.soup.select(".error, .flash.error"))
    assert said, f"no sentence on {sent.url}: {sent.main[:600]}"
    return said


def test_a_hub_that_is_not_there_or_no_hub_is_told(real_network):
    visitor = real_network.person("elsendorp").visitor
    said = {
        address: refusal_of(visitor, address)
        for address in (
            f"http://127.0.0.1:{free_port()}",
            "geen adres",
            "http://10.0.0.1",
            real_network.node("austerlitz").url,
            real_network.node("elsendorp").url,
        )
    }
    assert not [sentence for sentence in said.values() if "Error" in sentence or "%(" in sentence], said


def test_a_hostile_hub_costs_one_clear_sentence(real_network):
    with hostile_server() as address:
        said = refusal_of(real_network.person("elsendorp").visitor, address)
    assert "Traceback" not in said
    real_network.node("elsendorp").wait_until_ready(10)


def test_a_format_without_a_name_keeps_everything_that_was_written(real_network):
    visitor = real_network.person("austerlitz", "board").visitor
    page = visitor.get("/formats/nieuw")
    texts = {f"section-{key}": text for key, text in SECTIONS.items()}
    sent = visitor.send(page, page.form(field="section-reason"), {**texts, "name": "", "action": "save"})
    assert sent.status == 422
    assert sent.soup.select(".error-summary")
    for name, text in texts.items():
        kept = sent.soup.find(attrs={"name": name})
        assert kept is not None
        assert kept.get_text().strip() == text


def test_a_place_that_does_not_exist_is_told(real_network):
    visitor = real_network.person("austerlitz").visitor
    page = visitor.get("/ons-dorp/bewerken")
    sent = visitor.send(page, page.form(field="places"), {"places": "Smurfendorp"})
    assert sent.status == 422
    assert "Smurfendorp" in sent.main
    assert sent.soup.select(".error")


def test_rubbish_is_refused_politely(real_network):
    visitor = real_network.person("austerlitz").visitor
    for path in ("/formats/zzz", "/gids/zzz", "/cijfers/99999/goedkeuren", "/gids?province=NL-XX"):
        assert 400 <= visitor.look(path).status < 500, path
    answer = visitor.http.post(f"{visitor.base_url}/formats/nieuw", data=b"\xff" * 3_000_000, timeout=30)
    assert 400 <= answer.status_code < 500
    # on a connection of its own: who sends too much is answered before it has sent all, and hung up on
    answer = requests.post(f"{visitor.base_url}/inbox", data=b"\xff\x00{", timeout=30)
    assert 400 <= answer.status_code < 500
