"""Which words stand out, and that none goes missing in the showing."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from node.template_updates.words import marked

WORDS = st.lists(st.sampled_from(["een", "twee", "drie", "vier."]), max_size=8)


def test_new_and_gone_words_stand_out():
    assert marked("Niemand eet alleen.", "Niemand eet ooit alleen.") == [
        ("", "Niemand eet "),
        ("new", "ooit "),
        ("", "alleen."),
    ]
    assert ("gone", "eet") in marked("Niemand eet alleen.", "Niemand kookt alleen.")


def test_a_text_where_there_was_none_does_not_shout():
    assert marked("", "Een heel nieuw stuk.") == [("", "Een heel nieuw stuk.")]


@settings(max_examples=200, deadline=None)
@given(WORDS, WORDS)
def test_both_texts_can_be_read_back(before, after):
    old, new = " ".join(before), " ".join(after)
    pieces = marked(old, new)
    assert "".join(text for kind, text in pieces if kind != "gone") == new
    if old:
        assert "".join(text for kind, text in pieces if kind != "new") == old
