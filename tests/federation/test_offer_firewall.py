"""What an offer of a changed template may carry out of the node, and nothing beside it."""

from __future__ import annotations

import pytest

from federation.sending.firewall import clean_bare
from schemas.errors import NotAllowed

OFFER = {
    "id": "https://dorp.example/template-offers/1",
    "type": "TemplateOffer",
    "actor": "https://dorp.example/actors/dorp",
    "template": "https://buur.example/objects/1",
    "variant": "https://dorp.example/objects/2",
}
VARIANT = {
    "id": "https://dorp.example/objects/2",
    "type": "Article",
    "recordType": "ActivityTemplate",
    "attributedTo": "https://dorp.example/actors/dorp",
    "published": "2026-01-01T00:00:00Z",
    "updated": "2026-01-01T00:00:00Z",
    "name": "Dorp Eet",
    "version": 1,
    "contentHash": f"sha256:{'a' * 64}",
    "license": "CC-BY-SA-4.0",
}


@pytest.mark.parametrize("word", ["Offer", "Undo", "Accept", "Reject"])
def test_both_sides_may_speak_of_an_offer(word):
    assert clean_bare(word, {**OFFER, "offerNote": "Zo werkt het bij ons."})["variant"] == OFFER["variant"]


def test_the_signed_template_goes_along_unchanged():
    assert clean_bare("Offer", {**OFFER, "document": VARIANT})["document"] == VARIANT


@pytest.mark.parametrize(
    "changes",
    [
        {"decidedBy": "Noor"},
        {"offerNote": "Bel Noor: 06 12345678"},
        {"answerNote": "noor@dorp.example"},
        {"offerNote": "x" * 501},
        {"variant": "no address"},
        {"takenVersion": "1"},
        {"document": {**VARIANT, "draftedBy": "Noor"}},
        {"document": {**VARIANT, "type": "Person"}},
        {"document": {**VARIANT, "recordType": "Story"}},
        {"document": {**VARIANT, "proof": {"type": "DataIntegrityProof", "note": "Noor"}}},
    ],
)
def test_nothing_else_leaves(changes):
    with pytest.raises(NotAllowed):
        clean_bare("Offer", {**OFFER, **changes})


@pytest.mark.parametrize("word", ["TentativeAccept", "Add", "Follow", "Announce"])
def test_no_other_word_carries_an_offer(word):
    with pytest.raises(NotAllowed):
        clean_bare(word, OFFER)
