"""Dutch words: compounds, typing errors and synonyms, without a database."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from directory.search.analyser import content_words, tokens_of
from directory.search.folding import fold, words_of
from directory.search.lexicon import Lexicon
from directory.search.queries import understand
from directory.search.synonyms import GROUPS

WORDS = words_of(
    """dorp dorpseettafel eettafel tafel buurteettafels buurt verleden leden klussendienst dienst
    klussen wisselwoningen woningen eenzaam vrijwilliger keuken dorpskeuken zorgcooperatie zorg
    austerlitz maaltijd"""
)
LEXICON = Lexicon(dict.fromkeys(WORDS, 3))


def test_a_word_is_found_in_compounds_and_not_in_what_only_looks_like_one():
    assert set(LEXICON.compounds_of("eettafel")) == {"dorpseettafel", "buurteettafels"}
    assert set(LEXICON.compounds_of("klus")) == {"klussendienst", "klussen"}
    assert "verleden" not in LEXICON.compounds_of("leden")


def test_a_place_is_no_part_of_a_compound():
    assert "wisselwoningen" not in LEXICON.compounds_of("ingen")  # Ingen lies in the Betuwe


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("etetafel", "eettafel"),
        ("eetafel", "eettafel"),
        ("vrijwiligger", "vrijwilliger"),
        ("Austerlits", "austerlitz"),
        ("zorgcooperaite", "zorgcooperatie"),
    ],
)
def test_a_typing_error_is_corrected_to_a_word_of_the_corpus(typed, meant):
    assert understand(typed, LEXICON).correction == meant


@pytest.mark.parametrize("known", ["eettafels", "klus", "zorg", "mantelzorg", "2024", "qqq", "de"])
def test_known_words_numbers_and_hopeless_words_are_left_alone(known):
    assert understand(known, LEXICON).correction is None


def test_a_phrase_and_a_word_of_one_group_stand_for_one_another():
    phrase = understand("samen eten", LEXICON).units
    assert len(phrase) == 1
    assert (("xeettafel", "keettafel", "peettafel"),) in phrase[0].related
    word = understand("eettafel", LEXICON).units[0]
    assert tuple(tokens_of(each) for each in ("samen", "eten")) in word.related


def test_the_two_stemmers_complete_one_another():
    assert tokens_of("klussen")[1] == tokens_of("klus")[1]
    assert tokens_of("eenzame")[2] == tokens_of("eenzaam")[2]


def test_the_groups_of_synonyms_are_plain_dutch_and_large_enough():
    assert len(GROUPS) >= 80
    for group in GROUPS:
        assert len(group) == len(set(group)) >= 2
        assert all(words_of(term) for term in group)


def test_folding_drops_case_and_accents():
    assert (
        fold("Súdwest-Fryslân, ’s-Gravenmoer, zorgcoöperatie")
        == "sudwest-fryslan, 's-gravenmoer, zorgcooperatie"
    )
    assert content_words(["De eettafel, en de EETTAFEL"]) == ["eettafel"]


@given(st.text(max_size=400))
def test_whatever_is_typed_is_understood_without_an_error(text):
    query = understand(text, LEXICON)
    assert len(query.units) <= 8
    for unit in query.units:
        tokens = [token for each in (*unit.own, *unit.related) for group in each for token in group]
        assert all(token.isalnum() for token in tokens)  # so none can break out of a match expression


@given(
    st.dictionaries(st.sampled_from(WORDS), st.integers(0, 9)),
    st.lists(st.dictionaries(st.sampled_from(WORDS), st.integers(0, 9)), max_size=3),
    st.sampled_from([*WORDS, "dorpseetafel", "eettaffel", "klus", "buurtdienst"]),
)
def test_a_lexicon_that_grew_answers_as_one_that_was_made_at_once(first, changes, asked):
    grown, counts = Lexicon(first, 0), dict(first)
    for version, change in enumerate(changes, 1):
        grown, counts = grown.extended(change, version), counts | change
    made = Lexicon(counts)
    assert grown.counts == made.counts == {word: count for word, count in counts.items() if count}
    for ask in ("knows", "rarity", "compounds_of", "beginning_with", "parts_of", "correct", "alike"):
        assert getattr(grown, ask)(asked) == getattr(made, ask)(asked), ask


def test_a_sign_of_ownership_is_no_part_of_the_word():
    assert words_of("Buurtcirkel™ Oost") == ["buurtcirkel", "oost"]


def test_fancy_letters_are_folded_to_small_ones():
    assert words_of("𝐃orpshuis 5㎒") == ["dorpshuis", "5mhz"]
