"""`omzien demo`: three nodes, filled, joined and in agreement; a second start keeps everything."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from deploy.demo_people import EVERYBODY, PASSWORD, find
from node.starter_library.starters import starters

pytestmark = [pytest.mark.journey, pytest.mark.timeout(400)]

ROOT = Path(__file__).resolve().parents[2]
TOKEN = re.compile(r'name="csrf_token"[^>]*value="([^"]+)"')


class Demo:
    """The command, and what it said so far."""

    def __init__(self, folder: Path, port: int) -> None:
        self.log = folder.with_name(f"demo-{time.monotonic_ns()}.log")
        words = ["demo", "--data", str(folder), "--port-base", str(port), "--language", "nl"]
        with self.log.open("w") as log:
            self.process = subprocess.Popen(
                [sys.executable, "-P", "-m", "deploy", *words],
                cwd=ROOT,
                env={**os.environ, "PYTHONPATH": str(ROOT)},
                stdout=log,
                stderr=log,
            )

    def said(self) -> str:
        return self.log.read_text()

    def hears(self, words: str, seconds: float = 180) -> str:
        """The line with these words, once it was said."""
        deadline = time.monotonic() + seconds
        while time.monotonic() < deadline:
            for line in self.said().splitlines():
                if words in line:
                    return line
            assert self.process.poll() is None, self.said()
            time.sleep(0.2)
        raise AssertionError(f"never heard “{words}” in: {self.said()}")

    def stop(self) -> int:
        self.process.send_signal(signal.SIGINT)
        return self.process.wait(60)


@pytest.fixture
def port() -> int:
    """The first of three free ports in a row."""
    while True:
        with socket.socket() as first, socket.socket() as second, socket.socket() as third:
            first.bind(("127.0.0.1", 0))
            base: int = first.getsockname()[1]
            try:
                second.bind(("127.0.0.1", base + 1))
                third.bind(("127.0.0.1", base + 2))
            except (OSError, OverflowError):
                continue
            return base


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    yield tmp_path / "demo"
    for log in (tmp_path / "demo").glob("*/omzien.log"):
        print(log, log.read_text()[-3000:])


def test_three_nodes_agree_and_a_second_start_keeps_them(folder, port):
    demo = Demo(folder, port)
    demo.hears("Stoppen doet u met Ctrl-C")
    addresses = [f"http://127.0.0.1:{port + offset}" for offset in range(3)]
    for url in addresses:
        assert requests.get(f"{url}/healthz", timeout=10).json() == {"status": "ok", "setUp": True}
    said = demo.said()
    assert [url for url in addresses if url not in said] == []
    assert [each.email for each in EVERYBODY if each.email not in said] == []
    heard = re.search(r"alle (\d+) gegevens", demo.hears("Het netwerk is bij: Austerlitz"))
    assert heard
    assert int(heard[1]) >= 2000 + len(starters()), "the initiatives, and what the hub shares"
    for url, name in zip(addresses, ("nora", "ineke", "toon"), strict=True):
        sign_in(url, name)
    assert demo.stop() == 0
    assert not any(answers(url) for url in addresses)

    again = Demo(folder, port)
    again.hears("Het netwerk is bij: Austerlitz")
    assert "wordt gemaakt" not in again.said()
    assert again.stop() == 0


def sign_in(url: str, name: str) -> None:
    """As somebody with the printed password and the printed code does."""
    person = find(name)
    assert person is not None
    with requests.Session() as visitor:
        page = visitor.get(f"{url}/inloggen", timeout=10)
        values = {"email": person.email, "password": PASSWORD, "csrf_token": token(page.text)}
        page = visitor.post(f"{url}/inloggen", values, timeout=10)
        values = {"code": person.code(), "csrf_token": token(page.text)}
        page = visitor.post(f"{url}/inloggen/code", values, timeout=10)
    assert page.status_code == 200
    assert "/inloggen" not in page.url


def token(page: str) -> str:
    found = TOKEN.search(page)
    assert found
    return found[1]


def answers(url: str) -> bool:
    try:
        return requests.get(url, timeout=2).ok
    except requests.RequestException:
        return False
