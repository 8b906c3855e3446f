"""What other servers answer us: never an error that is not ours, and never a key that was not theirs."""

from __future__ import annotations

import json
from contextlib import suppress

from hypothesis import example, given
from hypothesis import strategies as st

import node.models  # noqa: F401
from directory.replica import ingest
from federation.actors.actor_documents import keys_in, read_actor
from federation.bovine_adapter import read_webfinger
from federation.fetching.budget import Budget, spending
from federation.fetching.collections import MOST_ITEMS, MOST_PAGES, items_of
from federation.fetching.origins import is_web_address, origin_of, same_origin
from federation.signatures.digests import check_content_digest, check_legacy_digest
from federation.signatures.proofs import verify
from schemas.errors import AppError, GaveUp
from tests.federation.remote import ALICE, actor_of, key_pair
from tests.fuzz.effort import TRY
from tests.fuzz.hostile import HEADER_TEXTS, JSON, TEXTS, mutated

ACTOR = actor_of(ALICE, key_pair())
DOCUMENTS = st.dictionaries(st.text(max_size=10), JSON, max_size=5)


@TRY
@given(document=mutated(ACTOR) | DOCUMENTS)
def test_an_actor_document_is_read_or_given_up_and_its_keys_are_its_own(document):
    for key_id in keys_in(document):
        assert same_origin(key_id, document["id"])
    with suppress(GaveUp):
        columns = read_actor(document)
        assert origin_of(columns["uri"])
        assert len(columns["name"]) <= 200
        assert columns["shared_inbox"] is None or same_origin(columns["shared_inbox"], columns["uri"])


RECORD = {
    "@context": ["https://www.w3.org/ns/activitystreams"],
    "id": "https://elders.example/activities/1",
    "type": "Create",
    "actor": ALICE,
    "published": "2026-01-01T00:00:00Z",
    "object": {"id": "https://elders.example/objects/1", "type": "Article", "attributedTo": ALICE},
    "proof": {"type": "DataIntegrityProof", "cryptosuite": "eddsa-jcs-2022", "proofValue": "z111"},
}


@TRY
@given(activity=mutated(RECORD), thing=mutated(RECORD["object"]))
@example(activity=RECORD, thing={**RECORD["object"], "id": "\ud800"})  # half a character: no store takes it
@example(activity=RECORD, thing={**RECORD["object"], "id": "\x00"})
@example(activity={**RECORD, "object": "\ud800"}, thing={})
def test_a_record_that_nobody_vouches_for_never_enters_the_replica(refusing, activity, thing):
    """Also the pages of a feed: each item alone is taken or refused."""
    if isinstance(activity.get("object"), dict):
        activity = {**activity, "object": thing}
    before = refusing.rows()
    with refusing.runtime.database.session() as session:
        with suppress(AppError):
            ingest.apply(session, activity, via_uri="https://hub.example/actors/hub")
        session.rollback()
    with refusing.runtime.database.session() as session:
        taken = ingest.apply_all(session, [activity], via_uri="https://hub.example/actors/hub")
        assert taken.new == []
        session.commit()
    assert refusing.rows() == before


@TRY
@given(document=mutated(ACTOR) | DOCUMENTS)
def test_a_proof_of_nothing_is_no_proof(document):
    keys = {f"{ALICE}#ed25519-key": ACTOR["assertionMethod"][0]["publicKeyMultibase"]}
    try:
        verify(document, owner_uri=ALICE, keys=keys)
    except AppError:
        return
    raise AssertionError("an unsigned document was believed")


@TRY
@given(
    answer=mutated({"subject": "acct:x@y", "links": [{"rel": "self", "type": "x", "href": "y"}]}) | DOCUMENTS
)
def test_a_webfinger_answer_is_read_or_refused(answer):
    with suppress(ValueError):
        for rel, kind, href in read_webfinger(answer):
            assert isinstance(rel, str)
            assert isinstance(kind, str)
            assert isinstance(href, str)


@TRY
@given(pages=st.lists(mutated({"id": "x", "orderedItems": [1], "next": "https://h.example/1"}), max_size=6))
def test_a_collection_ends_whatever_its_pages_say(pages):
    asked = []

    def fetch(url):
        asked.append(url)
        return pages[len(asked) % len(pages)] if pages else {}

    with suppress(GaveUp):
        assert len(items_of(fetch, "https://h.example/")) <= MOST_ITEMS
    assert len(asked) <= MOST_PAGES + 1
    assert all(same_origin(url, "https://h.example/") for url in asked)


@TRY
@given(text=TEXTS | HEADER_TEXTS | st.text(max_size=3000))
def test_an_address_is_one_or_is_not(text):
    if is_web_address(text):
        assert origin_of(origin_of(text)) == origin_of(text)
        assert same_origin(text, origin_of(text) + "/")


@TRY
@given(header=HEADER_TEXTS, body=st.binary(max_size=100))
def test_a_digest_fits_or_is_refused(header, body):
    for check in (check_legacy_digest, check_content_digest):
        with suppress(AppError):
            check(header, body)


@TRY
@given(fetches=st.integers(0, 40), inner=st.integers(0, 40), asked=st.integers(0, 60))
def test_no_budget_is_ever_overdrawn(fetches, inner, asked):
    from federation.fetching.budget import charge_fetch

    outer, done = Budget(fetches=fetches), 0
    with suppress(GaveUp), spending(outer), spending(Budget(fetches=inner)):
        for _number in range(asked):
            charge_fetch()
            done += 1
    assert done == min(fetches, inner, asked)
    assert outer.fetches == fetches - done


def test_the_record_of_the_fuzzer_is_one_that_is_looked_at():
    assert json.loads(json.dumps(RECORD)) == RECORD
