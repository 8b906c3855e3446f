"""The web server: one process builds the application itself, several share what was built before."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

import psutil
import pytest

from federation.settings import Settings, environment_of
from tests.databases import sqlite_database
from tests.journeys.nodes import free_port

pytestmark = pytest.mark.fault
ROOT = Path(__file__).resolve().parents[2]
BROKEN = """
import deploy.web
from federation.settings import load_settings
def broken(_settings):
    raise RuntimeError("the keys are gone")
deploy.web.create_app = broken
deploy.web.run(load_settings())
"""


@pytest.fixture
def prepared(tmp_path, redis_url):
    """Settings of a node with a database."""
    return {
        "data_dir": tmp_path,
        "database_url": sqlite_database(tmp_path),
        "redis_url": redis_url,
        "secret_key": "s" * 40,
        "port": free_port(),
    }


def started(settings: Settings, *words: str) -> subprocess.Popen[str]:
    environment = {**os.environ, **environment_of(settings), "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-P", *words]
    return subprocess.Popen(
        command, cwd=ROOT, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True
    )


@pytest.mark.parametrize("web_workers", [1, 2])
def test_it_answers(prepared, web_workers):
    settings = Settings(**prepared, web_workers=web_workers)
    server = started(settings, "-m", "deploy", "web")
    try:
        assert answer_of(settings.port, server)["setUp"] is False
    finally:
        server.terminate()
        said, _nothing = server.communicate(timeout=30)
    assert (server.returncode, "Traceback" in said) == (0, False)


@pytest.mark.parametrize("web_workers", [1, 2])
def test_an_application_that_cannot_be_built_ends_it_and_says_why(prepared, web_workers):
    server = started(Settings(**prepared, web_workers=web_workers), "-c", BROKEN)
    said, _nothing = server.communicate(timeout=90)
    assert server.returncode == 1
    assert "the keys are gone" in said


@pytest.mark.parametrize("web_workers", [1, 2])
def test_one_that_falls_ends_the_program_and_one_of_several_is_replaced(prepared, web_workers):
    settings = Settings(**prepared, web_workers=web_workers)
    server = started(settings, "-m", "deploy", "web")
    try:
        answer_of(settings.port, server)
        (worker, *_others) = psutil.Process(server.pid).children()
        worker.kill()
        if web_workers == 1:
            assert server.wait(timeout=30) == 1
        else:
            psutil.wait_procs([worker], timeout=30)
            assert answer_of(settings.port, server)["setUp"] is False
    finally:
        server.terminate()
        server.communicate(timeout=30)


def answer_of(port: int, server: subprocess.Popen[str]) -> dict[str, object]:
    """What /healthz says, once it says something."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline and server.poll() is None:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/healthz", timeout=5) as answer:
                return dict(json.load(answer))
        except OSError:
            time.sleep(0.1)
    raise AssertionError("the web server does not answer")
