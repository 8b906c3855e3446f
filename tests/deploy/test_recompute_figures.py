"""`omzien recompute-figures`: from a file it says what it finds, and when something is not as published."""

from __future__ import annotations

import json


def test_an_empty_feed_agrees_with_no_figures(omzien, tmp_path):
    (tmp_path / "feed").write_text(json.dumps({"orderedItems": []}))
    (tmp_path / "published").write_text(json.dumps({"figures": []}))
    words = (str(tmp_path / "feed"), "--data", str(tmp_path / "node"))
    status, text = omzien("recompute-figures", *words, "--against", str(tmp_path / "published"))
    assert (status, "zoals gepubliceerd" in text) == (0, True)
    status, text = omzien("recompute-figures", *words, "--json")
    assert (status, json.loads(text)) == (0, {"figures": []})


def test_what_differs_is_named(omzien, tmp_path):
    (tmp_path / "feed").write_text("")
    period = {"start": "2026-04-01", "end": "2026-06-30"}
    published = {"figures": [{"indicator": "nl:diners", "indicatorVersion": 1, "period": period}]}
    (tmp_path / "published").write_text(json.dumps(published))
    words = (str(tmp_path / "feed"), "--data", str(tmp_path / "node"))
    status, text = omzien("recompute-figures", *words, "--against", str(tmp_path / "published"))
    assert status == 1
    assert "nl:diners 1 2026-04-01 2026-06-30" in text


def test_what_cannot_be_believed_or_read_ends_badly(omzien, tmp_path):
    folder = ("--data", str(tmp_path / "node"))
    forged = {"actor": "https://a.example/x", "id": "https://a.example/1", "type": "Create", "object": {}}
    (tmp_path / "feed").write_text(json.dumps(forged))
    status, text = omzien("recompute-figures", str(tmp_path / "feed"), *folder)
    assert (status, "Niet geloofd" in text) == (1, True)
    (tmp_path / "feed").write_text("geen feed")
    assert omzien("recompute-figures", str(tmp_path / "feed"), *folder)[0] == 1
    assert omzien("recompute-figures", str(tmp_path / "nothing"), *folder)[0] == 1
    assert omzien("recompute-figures", "http://10.0.0.1/directory/feed", *folder)[0] == 1
    (tmp_path / "feed").write_text("")
    for text in ("x", "[]", '{"figures": [1]}', '{"figures": [{}]}'):
        (tmp_path / "published").write_text(text)
        words = (str(tmp_path / "feed"), "--against", str(tmp_path / "published"), *folder)
        assert omzien("recompute-figures", *words)[0] == 1, text
