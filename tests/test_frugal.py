"""What `tests.frugal` makes cheap is as dear as it should be outside the tests."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

from passlib.totp import AppWallet
from sqlalchemy import text

from federation.database import make_engine
from tests.databases import postgres_database
from tests.frugal import TWO_TO_THE

ASKED = """
import sys
from passlib.totp import AppWallet
from federation.database import make_engine
with make_engine(sys.argv[1]).connect() as connection:
    print(connection.exec_driver_sql("PRAGMA synchronous").scalar(), AppWallet.encrypt_cost)
"""
FULL, OFF = 2, 0


def test_a_node_waits_for_the_disk_and_locks_secrets_away_well(tmp_path):
    command = [sys.executable, "-c", ASKED, f"sqlite:///{tmp_path / 'node.sqlite3'}"]
    root = Path(__file__).parents[1]
    said = subprocess.run(command, cwd=root, capture_output=True, text=True, check=True).stdout.split()
    assert [int(each) for each in said] == [FULL, 14]


def test_the_tests_do_not(tmp_path):
    with make_engine(f"sqlite:///{tmp_path / 'node.sqlite3'}").connect() as connection:
        assert connection.scalar(text("PRAGMA synchronous")) == OFF
    assert AppWallet.encrypt_cost == TWO_TO_THE


def test_a_database_that_is_used_again_is_as_it_was_made(postgres_url):
    insert = text("INSERT INTO search_word (word, documents) VALUES (:word, 1) RETURNING id")
    seen = []
    for word in ("een", "twee"):
        with postgres_database(postgres_url) as url:
            engine = make_engine(url)
            with engine.begin() as connection:
                seen.append((url, connection.scalar(insert, {"word": word})))
                assert connection.scalars(text("SELECT word FROM search_word")).all() == [word]
            engine.dispose()
    assert seen[0] == seen[1]
    assert seen[0][1] == 1
