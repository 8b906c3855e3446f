"""What an idle node costs: seconds until it answers, and its share of the memory, process by process.

Printed, and written as a table to test-results/start_up.md for docs/performance.md. Compared with the
least that could serve a page and keep a queue: bare Flask on granian, and Valkey.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.journeys.nodes import free_port

pytestmark = pytest.mark.performance

ROOT = Path(__file__).resolve().parents[2]
TABLE = ROOT / "test-results" / "start_up.md"
SETTLED = 4.0  # seconds until what starting left behind is gone
FLOOR = """
import multiprocessing, sys
from flask import Flask
from granian.constants import Interfaces
from granian.server import MPServer
app = Flask("floor")
app.add_url_rule("/healthz", view_func=lambda: {"status": "ok"})
multiprocessing.set_start_method("fork", force=True)
options = {"interface": Interfaces.WSGI, "blocking_threads": 8, "log_enabled": False}
server = MPServer("floor", port=int(sys.argv[1]), **options)
server.serve(target_loader=lambda: app, wrap_loader=False)
"""


def test_start_up_and_memory_of_an_idle_node(tmp_path, capsys):
    port = free_port()
    command = [
        sys.executable,
        "-P",
        "-m",
        "deploy",
        "up",
        "--data",
        str(tmp_path / "node"),
        "--port",
        str(port),
    ]
    with running(command, port) as (process, seconds):
        visit(port, "/begin")
        time.sleep(SETTLED)
        node = memory(process.pid)
    floor_port = free_port()
    with running([sys.executable, "-c", FLOOR, str(floor_port)], floor_port) as (process, floor_seconds):
        time.sleep(SETTLED)
        floor = memory(process.pid)
    floor["valkey"] = next(pss for name, pss in node.items() if "valkey" in name)
    table = as_table(node, seconds, floor, floor_seconds)
    TABLE.parent.mkdir(exist_ok=True)
    TABLE.write_text(table)
    with capsys.disabled():
        print(f"\n{table}")
    assert sum(node.values()) < 8 * sum(floor.values())


@contextmanager
def running(command: list[str], port: int) -> Iterator[tuple[subprocess.Popen[bytes], float]]:
    """A server in a process tree of its own, and how long it took to answer."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "MALLOC_ARENA_MAX": "2"}
    started = time.monotonic()
    process = subprocess.Popen(command, env=environment, cwd=ROOT, stdout=subprocess.DEVNULL)
    try:
        while not visit(port, "/healthz"):
            assert process.poll() is None
            assert time.monotonic() - started < 60
            time.sleep(0.05)
        yield process, time.monotonic() - started
    finally:
        process.terminate()
        process.wait(30)


def visit(port: int, path: str) -> bool:
    """True when the address answers."""
    try:
        with urllib.request.urlopen(f"http://127.0.0.1:{port}{path}", timeout=5) as answer:
            return bool(answer.read())
    except OSError:
        return False


def memory(pid: int) -> dict[str, float]:
    """The proportional share (PSS) in MB of a process and all its descendants, by name."""
    return {f"{name_of(each)} ({each})": pss(each) for each in family(pid)}


def family(pid: int) -> list[int]:
    children = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [pid, *(each for child in children for each in family(int(child)))]


def name_of(pid: int) -> str:
    return Path(f"/proc/{pid}/comm").read_text().strip()


def pss(pid: int) -> float:
    found = re.search(r"^Pss:\s+(\d+) kB", Path(f"/proc/{pid}/smaps_rollup").read_text(), re.MULTILINE)
    assert found
    return int(found[1]) / 1000


def as_table(node: dict[str, float], seconds: float, floor: dict[str, float], floor_seconds: float) -> str:
    """The figures as Markdown, without process ids."""
    rows = [(re.sub(r" \(\d+\)", "", name), share) for name, share in node.items()]
    total, least = sum(node.values()), sum(floor.values())
    lines = ["| process | PSS, MB |", "|---|---:|"]
    lines += [f"| {name} | {share:.0f} |" for name, share in rows]
    lines += [f"| **all together** | **{total:.0f}** |"]
    lines += [f"| bare Flask on granian, and Valkey | {least:.0f} |", f"| ratio | {total / least:.1f} |", ""]
    lines += [f"Answers after {seconds:.1f} s; the bare one after {floor_seconds:.1f} s."]
    return "\n".join(lines) + "\n"
