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

from tests.journeys.nodes import free_port

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
        return set(CHILDREN) <= set(self.pids()) and self.is_healthy()


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


def runs(pid: int) -> bool:
    try:
        return "State:\tZ" not in Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return False


def test_whoever_falls_stands_up_and_a_stop_is_clean(up):
    process = up.start()
    until(up.is_complete)
    for name in CHILDREN:
        before = up.pids()[name]
        os.kill(before, signal.SIGKILL)
        until(lambda name=name, before=before: up.is_complete() and up.pids().get(name, before) != before)
    everybody = list(up.pids().values())
    process.send_signal(signal.SIGINT)
    output, _ = process.communicate(timeout=30)
    assert process.returncode == 0
    assert not any(runs(pid) for pid in everybody)
    assert f"http://127.0.0.1:{up.port}/begin?code=" in output
    assert "Traceback" not in output


def test_a_killed_supervisor_leaves_nobody_and_can_start_again_at_once(up):
    process = up.start()
    until(up.is_complete)
    everybody = list(up.pids().values())
    process.kill()
    process.communicate(timeout=30)
    up.start()
    until(up.is_complete)
    assert not any(runs(pid) for pid in everybody)


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
