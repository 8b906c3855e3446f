"""`omzien reindex` on a node with nothing in it."""

from __future__ import annotations


def test_an_empty_node_is_indexed_anew(omzien, tmp_path):
    folder = str(tmp_path / "node")
    assert omzien("migrate", "--data", folder)[0] == 0
    status, text = omzien("reindex", "--data", folder)
    assert status == 0
    assert "0 van 0 gegevens" in text
