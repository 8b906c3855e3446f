"""`omzien reconcile` on a node without hubs, and as a sentence about one that does not answer."""

from __future__ import annotations


def test_a_node_without_hubs_says_so(omzien, tmp_path):
    folder = str(tmp_path / "node")
    assert omzien("migrate", "--data", folder)[0] == 0
    status, text = omzien("reconcile", "--data", folder)
    assert status == 0
    assert "bij geen netwerk aangesloten" in text
