"""`omzien up` as real processes: it starts anywhere, stands up again, and leaves nothing running."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from deploy.data_folder import LOCK_NAME
from tests.journeys.nodes import free_port
from tests.processes import living, tree

pytestmark = pytest.mark.fault

ROOT = Path(__file__).resolve().parents[2]
CHILDREN = ("valkey", "web", "worker", "schedule")


class Up:
    """One `omzien up` on a folder."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.port = folder, free_port()
        self.process: subprocess.Popen[str] | None = None

    def start(self) -> subprocess.Popen[str]:
        words = ["up", "--data", str(self.folder), "--port", str(self.port), "--language", "nl"]
        self.process = subprocess.Popen(
            [sys.executable, "-P", "-m", "deploy", *words],
            cwd=ROOT,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        return self.process

    def is_healthy(self) -> bool:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/healthz", timeout=5) as answer:
                return answer.status == 200
        except OSError:
            return False

    def pids(self) -> dict[str, int]:
        try:
            return dict(json.loads((self.folder / "processes.json").read_text()))
        except OSError:
            return {}

    def is_complete(self) -> bool:
        """The one started last runs with all its children, by its own word."""
        pids = self.pids()
        assert self.process is not None
        return pids.get("supervisor") == self.process.pid and set(CHILDREN) <= set(pids) and self.is_healthy()


@pytest.fixture
def up(tmp_path: Path) -> Iterator[Up]:
    node = Up(tmp_path / ("a-folder-with-a-long-name-" * 5))  # longer than a unix socket's path may be
    yield node
    if node.process is not None and node.process.poll() is None:
        node.process.terminate()
        node.process.communicate(timeout=30)


def until(true: Callable[[], object], seconds: float = 60) -> None:
    deadline = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.1)


def test_whoever_falls_stands_up_and_a_stop_is_clean(up):
    process = up.start()
    until(up.is_complete)
    for name in CHILDREN:
        before = up.pids()[name]
        os.kill(before, signal.SIGKILL)
        until(lambda name=name, before=before: up.is_complete() and up.pids().get(name, before) != before)
    everybody = tree(process.pid)
    process.send_signal(signal.SIGINT)
    output, _ = process.communicate(timeout=30)
    assert process.returncode == 0
    assert living(everybody) == []
    assert f"http://127.0.0.1:{up.port}/begin?code=" in output
    assert "Traceback" not in output, output


def test_a_node_whose_one_server_of_pages_falls_stands_up(up):
    process = up.start()
    until(up.is_complete)
    web = up.pids()["web"]
    (_program, serving) = tree(web)
    serving.kill()
    until(lambda: up.is_complete() and up.pids()["web"] != web)
    process.send_signal(signal.SIGINT)
    output, _ = process.communicate(timeout=30)
    assert "web is gestopt (1)" in output


def test_a_killed_supervisor_leaves_nobody_and_can_start_again_at_once(up):
    process = up.start()
    until(up.is_complete)
    everybody = tree(process.pid)
    assert len(everybody) > len(CHILDREN) + 1  # those who serve the web come from its own process
    process.kill()
    process.communicate(timeout=30)
    up.start()
    until(up.is_complete)
    assert living(everybody) == []
    assert not {each.pid for each in everybody} & set(up.pids().values())


def test_all_of_a_node_hold_its_folder(up):
    # so that nobody starts on it before the last of them is gone
    process = up.start()
    until(up.is_complete)
    lock = str(up.folder / LOCK_NAME)
    assert [
        each.name() for each in tree(process.pid) if lock not in {f.path for f in each.open_files()}
    ] == []


def test_a_second_one_on_the_same_folder_is_refused(up):
    up.start()
    until(up.is_complete)
    second = Up(up.folder)
    process = second.start()
    output, _ = process.communicate(timeout=60)
    assert process.returncode == 1
    assert "Omzien draait al" in output
    assert up.is_healthy()


def test_a_database_of_a_newer_version_is_refused_in_plain_words(up):
    up.start()
    until(up.is_complete)
    assert up.process is not None
    up.process.terminate()
    up.process.communicate(timeout=30)
    _set_version(up.folder / "omzien.sqlite3", "9999")
    process = up.start()
    output, _ = process.communicate(timeout=60)
    assert process.returncode == 1
    assert "nieuwere Omzien" in output


def _set_version(database: Path, version: str) -> None:
    import sqlite3

    connection = sqlite3.connect(database)
    connection.execute("UPDATE alembic_version SET version_num = ?", (version,))
    connection.commit()
    connection.close()
