"""The supervisor: starts the fallen again, stops cleanly, leaves nobody behind."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from deploy.child import pause_after

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Callable[..., subprocess.Popen[str]]]:
    started = []

    def begin(*words: str) -> subprocess.Popen[str]:
        command = [sys.executable, "-m", "tests.deploy.little_supervisor", str(tmp_path), *words]
        process = subprocess.Popen(
            command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
        )
        started.append(process)
        return process

    yield begin
    for process in started:
        process.kill()
        process.communicate()


def until(true: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 20
    while not true():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def pids(folder: Path) -> dict[str, int]:
    try:
        return dict(json.loads((folder / "processes.json").read_text()))
    except OSError:
        return {}


def lives(pid: int) -> bool:
    try:
        return "State:\tZ" not in Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return False


def test_a_killed_child_is_started_again(start, tmp_path):
    start()
    until(lambda: set(pids(tmp_path)) == {"supervisor", "base", "steady"})
    first = pids(tmp_path)
    os.kill(first["steady"], signal.SIGKILL)
    until(lambda: pids(tmp_path).get("steady", first["steady"]) != first["steady"])
    assert pids(tmp_path)["base"] == first["base"]


def test_it_stops_cleanly_and_says_what_its_children_said(start, tmp_path):
    process = start()
    until(lambda: len(pids(tmp_path)) == 3)
    children = [pid for name, pid in pids(tmp_path).items() if name != "supervisor"]
    time.sleep(0.5)
    process.send_signal(signal.SIGINT)
    output, _ = process.communicate(timeout=20)
    assert process.returncode == 0
    assert "steady │ here" in output
    assert not any(lives(pid) for pid in children)
    assert not (tmp_path / "processes.json").exists()


def test_children_do_not_outlive_a_killed_supervisor(start, tmp_path):
    process = start()
    until(lambda: len(pids(tmp_path)) == 3)
    children = [pid for name, pid in pids(tmp_path).items() if name != "supervisor"]
    process.kill()
    until(lambda: not any(lives(pid) for pid in children))


def test_a_child_that_cannot_start_is_tried_less_and_less_often(start, tmp_path):
    process = start("failing")
    time.sleep(2.5)
    process.terminate()
    output, _ = process.communicate(timeout=20)
    assert 2 <= output.count("RuntimeError: cannot start") <= 4


def test_the_pause_before_a_new_start_grows_to_a_limit():
    assert [pause_after(falls) for falls in (0, 1, 2, 3)] == [0.0, 0.5, 1.0, 2.0]
    assert pause_after(50) == 30.0
