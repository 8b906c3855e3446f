"""Several workers: as many as the setting says, each a worker of the same queue."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from redis import Redis
from rq import Worker

from deploy.up import children_of, workers_of
from federation.settings import InvalidSettings, Settings, environment_of, load_settings
from tests.databases import sqlite_database

ROOT = Path(__file__).resolve().parents[2]


@pytest.mark.parametrize("number", [1, 3])
def test_a_node_has_the_workers_that_the_setting_says(tmp_path, number):
    settings = Settings(data_dir=tmp_path, workers=number)
    names = [child.name for child in workers_of(settings)]
    assert names == ["worker", "worker-2", "worker-3"][:number]
    assert [child.name for child in children_of(settings)] == ["valkey", "web", *names, "schedule"]


def test_a_node_without_a_worker_is_refused():
    with pytest.raises(InvalidSettings, match="OMZIEN_WORKERS"):
        load_settings({"OMZIEN_WORKERS": "0"})


@pytest.mark.fault
def test_the_worker_command_starts_several_and_stops_them_all(tmp_path, redis_url):
    settings = Settings(
        data_dir=tmp_path,
        database_url=sqlite_database(tmp_path),
        redis_url=redis_url,
        secret_key="s" * 40,
        workers=2,
    )
    queue = Redis.from_url(redis_url)
    queue.flushdb()
    command = [sys.executable, "-P", "-m", "deploy", "worker"]
    environment = {**os.environ, **environment_of(settings), "PYTHONPATH": str(ROOT)}
    process = subprocess.Popen(command, cwd=ROOT, env=environment)
    try:
        deadline = time.monotonic() + 60
        while Worker.count(connection=queue) < 2:
            assert time.monotonic() < deadline
            time.sleep(0.1)
        process.send_signal(signal.SIGTERM)
        assert process.wait(30) == 0
        assert Worker.count(connection=queue) == 0
    finally:
        process.kill()
        process.wait(10)
        queue.close()
