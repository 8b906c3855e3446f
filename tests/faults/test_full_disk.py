"""The disk fills up while a node works: everybody is told, nothing is half-written, it goes on afterwards.

The data folder is a small file system of its own, which takes root to mount.
"""

from __future__ import annotations

import os
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
import requests

from federation.actors.remote_actors import remember_actor
from federation.relations.standing import set_rule
from tests.faults.load import Posting, proven_create
from tests.federation.remote import ALICE, actor_of, key_pair
from tests.journeys.connecting import rows
from tests.journeys.inside import inside
from tests.journeys.network import Network
from tests.journeys.nodes import Node, wait_for
from tests.journeys.program import Program

pytestmark = [pytest.mark.fault, pytest.mark.timeout(300)]
SIZE = "48m"
CUT = 0
LONG = {"name": "Een lang format", "sections": [{"key": "goal", "text": "Samen blijven. " * 500}]}


@pytest.fixture
def network() -> Iterator[Network]:
    """One village whose data folder is a file system of 48 MB."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="oz-")))
        subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={SIZE}", "omzien", folder], check=True)
        stack.callback(subprocess.run, ["umount", "--lazy", folder], check=True)
        built = Network(folder, "")
        stack.callback(built.close)
        built.start("dorp")
        built.begin_village("dorp", "Dorp Zorgt", "Austerlitz", "board")
        yield built


def test_a_full_disk_is_told_and_forgotten(network):
    node, program = network.node("dorp"), Program(network.person("dorp", "board"))
    _introduce_alice(node)
    posting = Posting(f"{node.url}/inbox")
    assert posting.once(0)
    kept_drafts = [program.post("/templates", LONG)["id"]]

    filler = network.folder / "filler"
    _fill(filler)
    refused = wait_for(lambda: _refused_form(program, kept_drafts), "a form to be refused", 30, node)[0]
    assert refused.status_code == 507
    assert "schijf" in refused.json()["title"]
    answers = wait_for(lambda: _refused_message(node, posting), "a message to be refused", 30, node)
    assert set(answers) <= {CUT, 503, 507}
    assert {503, 507} & set(answers)
    assert requests.get(f"{node.url}/formats", timeout=20).status_code == 200  # reading goes on

    filler.unlink()
    wait_for(lambda: posting.once(2000), "messages to be taken again", 60, node)
    kept_drafts.append(program.post("/templates", LONG)["id"])
    own = {each["id"] for each in program.get("/templates/own")["items"]}
    assert own == set(kept_drafts)  # a refused draft is not there, not even in part
    kept = [row["uri"] for row in rows(node, "SELECT uri FROM inbox_activity")]
    assert len(kept) == len(set(kept))
    assert f"{ALICE.split('/actors/')[0]}/activities/2000" in kept
    assert rows(node, "PRAGMA integrity_check") == [{"integrity_check": "ok"}]
    wait_for(lambda: _all_processed(node), "everything that was taken to be processed", 150, node)


def _refused_form(program: Program, kept_drafts: list[str]) -> list[requests.Response]:
    answer = program.ask("POST", "/templates", LONG)
    if answer.status_code == 201:
        kept_drafts.append(answer.json()["id"])
        return []
    return [answer]


def _refused_message(node: Node, posting: Posting) -> list[int]:
    """The statuses of twenty messages; empty while all are taken."""
    start = 100 + len(posting.attempted)
    statuses = []
    for number in range(start, start + 20):
        activity = proven_create(number)
        posting.attempted.append(activity["id"])
        statuses.append(_status(posting, activity))
        taken = rows(node, "SELECT uri FROM inbox_activity WHERE uri = :uri", uri=activity["id"])
        assert bool(taken) is (statuses[-1] == 202)  # a promise is a row, a refusal is none
    return [status for status in statuses if status != 202]


def _status(posting: Posting, activity: dict[str, object]) -> int:
    """The status of the answer, or CUT when the line was cut before one came: no promise either way."""
    try:
        return posting.post(activity, "rfc9421")
    except requests.ConnectionError:
        return CUT


def _all_processed(node: Node) -> bool:
    return not rows(node, "SELECT uri FROM inbox_activity WHERE state = 'new'")


def _fill(filler: Path) -> None:
    """Take all the room there is."""
    with filler.open("wb", buffering=0) as file:
        for size in (1_000_000, 4096, 1):
            try:
                while True:
                    file.write(os.urandom(size))
            except OSError:
                continue


def _introduce_alice(node: Node) -> None:
    with inside(node) as session:
        remember_actor(session, actor_of(ALICE, key_pair()))
        set_rule(session, ALICE, "allow", reason="test", by="test")
