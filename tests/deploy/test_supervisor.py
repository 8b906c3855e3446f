"""The supervisor: starts the fallen again, stops cleanly, leaves nobody behind."""

from __future__ import annotations

import itertools
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from deploy.child import pause_after
from tests.processes import living, tree

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


def test_a_killed_child_is_started_again(start, tmp_path):
    start()
    until(lambda: set(pids(tmp_path)) == {"supervisor", "base", "steady"})
    first = pids(tmp_path)
    os.kill(first["steady"], signal.SIGKILL)
    until(lambda: pids(tmp_path).get("steady", first["steady"]) != first["steady"])
    assert pids(tmp_path)["base"] == first["base"]


def test_the_output_of_a_fallen_one_is_let_go_though_another_still_holds_it(start, tmp_path):
    # a pipe that nobody reads any more would wake the supervisor without end
    process = psutil.Process(start("leaving").pid)
    until(lambda: sleeping(process))
    left, before, first = sleeping(process), process.num_fds(), pids(tmp_path)["leaving"]
    os.kill(first, signal.SIGKILL)
    until(lambda: pids(tmp_path).get("leaving", first) != first)
    until(lambda: sleeping(process))
    assert process.num_fds() == before
    for each in left + sleeping(process):
        each.kill()


def sleeping(process: psutil.Process) -> list[psutil.Process]:
    return [child for child in process.children(recursive=True) if child.name() == "sleep"]


def test_it_stops_cleanly_and_says_what_its_children_said(start, tmp_path):
    process = start()
    until(lambda: len(pids(tmp_path)) == 3)
    _supervisor, *children = tree(process.pid)
    assert process.stdout is not None
    said = {process.stdout.readline(), process.stdout.readline()}
    process.send_signal(signal.SIGINT)
    process.communicate(timeout=20)
    assert process.returncode == 0
    assert said == {"base   │ here\n", "steady │ here\n"}
    assert living(children) == []
    assert not (tmp_path / "processes.json").exists()


def test_children_do_not_outlive_a_killed_supervisor(start, tmp_path):
    process = start()
    until(lambda: len(pids(tmp_path)) == 3)
    _supervisor, *children = tree(process.pid)
    process.kill()
    until(lambda: living(children) == [])


def test_a_child_that_cannot_start_is_tried_less_and_less_often(start, tmp_path):
    process = start("failing")
    assert process.stdout is not None
    failed_at = []
    while len(failed_at) < 4:
        _, _, moment = process.stdout.readline().partition("RuntimeError: cannot start at ")
        failed_at += [float(moment)] if moment else []
    waits = [later - earlier for earlier, later in itertools.pairwise(failed_at)]
    assert [wait >= pause for wait, pause in zip(waits, (0.5, 1.0, 2.0), strict=True)] == [True] * 3


def test_the_pause_before_a_new_start_grows_to_a_limit():
    assert [pause_after(falls) for falls in (0, 1, 2, 3)] == [0.0, 0.5, 1.0, 2.0]
    assert pause_after(50) == 30.0
