"""Judged by tools of others: fediverse-pasture, activitypub-testing, feditest and bovine's own tests."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
import requests

from federation.relations.deciding import change_policy
from federation.relations.standing import set_rule
from tests.interop.judges import HERE, PYTHON, run_node, run_python
from tests.journeys.inside import inside
from tests.journeys.network import Network
from tests.journeys.nodes import Node, free_port

pytestmark = [pytest.mark.interop, pytest.mark.timeout(300)]

WITHOUT_NETWORK = (
    # these ask the internet for a context, a name or a DID, or use a proof that we never do (ADR 2)
    *("test_lookup_did_with_webfinger", "test_lookup_with_dns", "test_lookup_account", "test_fetch_nodeinfo"),
    *("test_verify_document", "test_sign_document_has_correct_cryptosuite", "test_bovine_context"),
)


@pytest.fixture(scope="module")
def node(real_network: Network) -> Node:
    """Austerlitz, a running node."""
    return real_network.node("austerlitz")


@pytest.fixture(scope="module")
def actor_uri(node: Node) -> str:
    """Its cooperative."""
    return f"{node.url}/actors/austerlitz"


def test_the_six_actors_of_fediverse_pasture_find_what_they_should(node, actor_uri, tmp_path):
    """Those who sign may post, also when their own documents are only for those who sign."""
    port = free_port()
    with inside(node) as session:
        set_rule(session, f"127.0.0.1:{port}", "allow", reason="fediverse-pasture", by="test")
    done = run_python(HERE / "pasture.py", str(port), actor_uri, cwd=tmp_path)
    assert done.returncode == 0, done.stderr[-2000:]
    answer = json.loads(done.stdout.splitlines()[-1])
    found = answer["result"]
    assert found.pop("webfinger") is True
    assert {name for name, one in found.items() if one["get_actor"]} == set(found), answer["messages"]
    posted = {name for name, one in found.items() if one["post_inbox"]}
    assert posted == {"bob", "claire", "emily", "frank"}, answer["messages"]


def test_the_actor_tests_of_activitypub_testing_pass(node, actor_uri):
    """They sign nothing, so the board lets everybody read the collections while they look."""
    with inside(node) as session:
        change_policy(session, by="test", signed_reads=False)
    try:
        outcomes = outcomes_of(actor_uri)
    finally:
        with inside(node) as session:
            change_policy(session, by="test", signed_reads=True)
    assert {name for name, outcome in outcomes.items() if outcome == "failed"} == set()
    passed = sum(outcome == "passed" for outcome in outcomes.values())
    assert passed >= 5, outcomes
    print(f"\nactivitypub-testing: {passed} of {len(outcomes)} pass, the others do not apply")


def test_collections_are_for_those_who_sign(actor_uri):
    outcomes = outcomes_of(actor_uri)
    assert outcomes["outbox-must-be-an-orderedcollection"] == "failed"
    assert outcomes["actor-must-serve-as2-object-to-get"] == "passed"


def outcomes_of(actor_uri: str) -> dict[str, str]:
    """The outcome of each actor test: 'passed', 'failed' or 'inapplicable'."""
    done = run_node("actor_tests.mjs", actor_uri)
    assert done.returncode == 0, done.stderr[-2000:]
    results = [json.loads(line) for line in done.stdout.splitlines()]
    return {one["test"]: one["result"]["outcome"] for one in results}


@pytest.mark.parametrize("resource", ["acct:austerlitz@{host}", "{url}/actors/austerlitz", "{url}/"])
def test_feditest_reads_our_webfinger(node, actor_uri, resource, tmp_path):
    wanted = resource.format(host=node.host, url=node.url)
    done = run_python(HERE / "jrd.py", f"{node.url}/.well-known/webfinger?resource={wanted}", cwd=tmp_path)
    assert done.returncode == 0, done.stderr[-2000:]
    jrd = json.loads(done.stdout)
    assert jrd["type"].startswith("application/jrd+json")
    assert jrd["subject"] == f"acct:austerlitz@{node.host}"
    assert actor_uri in {link.get("href") for link in jrd["links"] if link["rel"] == "self"}


@pytest.mark.parametrize(
    ("query", "status"),
    [
        ("", {400, 422}),
        ("?resource=acct:nobody@{host}", {404}),
        ("?resource=acct:austerlitz@elders.example", {404}),
        ("?resource=%00", {400, 404, 422}),
        ("?resource=austerlitz", {400, 404, 422}),
    ],
)
def test_webfinger_says_no_in_the_words_of_rfc_7033(node, query, status):
    answer = requests.get(f"{node.url}/.well-known/webfinger{query.format(host=node.host)}", timeout=20)
    assert answer.status_code in status


def test_the_parts_of_bovine_that_we_use_pass_bovines_own_tests(tmp_path):
    """With the cryptography that we lock, which bovine itself would not choose."""
    package = next((HERE / ".venv" / "lib").glob("python3*/site-packages/bovine"))
    expression = " and ".join(f"not {name}" for name in WITHOUT_NETWORK)
    (tmp_path / "pytest.ini").write_text("[pytest]\nasyncio_mode = auto\n")  # and nothing of our own
    options = ("-c", "pytest.ini", "-p", "no:cacheprovider", "--import-mode=importlib")
    options += ("--confcutdir", str(package))
    done = run_python("-m", "pytest", *options, "-k", expression, package, cwd=tmp_path)
    assert done.returncode == 0, done.stdout[-3000:]
    passed = re.search(r"(\d+) passed", done.stdout)
    assert passed is not None
    assert int(passed[1]) > 200


def test_the_tools_have_the_cryptography_that_we_lock():
    def locked(path: Path) -> str:
        return next(line for line in path.read_text().splitlines() if line.startswith("cryptography=="))

    root = HERE.parents[1]
    assert locked(root / "requirements.lock").split()[0] == locked(HERE / "requirements.lock").split()[0]
    assert PYTHON.exists()
