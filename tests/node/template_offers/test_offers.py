"""An offer back: made, proven, taken in part with credit, declined with a word, taken back."""

from __future__ import annotations

import copy as copies

import pytest

from directory.replica import templates as known_templates
from federation.receiving.inbox import object_type_of
from node.activity_templates import service
from node.template_offers import deciding, offering, receiving
from node.template_offers.models import TemplateOffer
from node.template_updates import service as updates
from node.template_updates.merging import OURS, THEIRS
from node.template_updates.notices import notices
from schemas.errors import BadSignature, Conflict, InvalidInput, NotAllowed, NotFound, TooMany
from tests.node.template_offers.passing import BETTER, improved_copy, pass_on
from tests.node.template_updates.copies import change, copy_of, improve, publish_origin, section, with_section

NOTE = "Bij ons kwamen er zo meer nieuwe mensen."
SAID = {"changeClass": "improvement", "changeNote": "Van Elsendorp."}


@pytest.fixture
def pair(village, neighbour):
    return improved_copy(village, neighbour)


def make_offer(village, copy, note=NOTE):
    return offering.offer(village.session, village.settings, copy, note=note, by="Noor")


def offered(village, neighbour, pair):
    """The offer as the neighbour's board sees it."""
    make_offer(village, pair[1])
    pass_on(village, neighbour)
    return deciding.open_offered(neighbour.session, deciding.list_offered(neighbour.session)[0].id)


def accept(neighbour, found, choices=None, answer="Dank!"):
    yes = deciding.Yes(choices or {}, found.seal, SAID, answer, "Jo")
    return deciding.accept(neighbour.session, neighbour.settings, found.offer.id, yes)


def test_an_offer_goes_to_the_origin_alone_and_carries_the_signed_copy(village, neighbour, pair):
    make_offer(village, pair[1])
    told = village.sent()[-1]
    assert (told["type"], object_type_of(told)) == ("Offer", "TemplateOffer")
    assert (told["to"], told["cc"]) == ([neighbour.cooperative.actor_uri], [])
    assert told["object"]["document"]["proof"]
    assert told["object"]["offerNote"] == NOTE
    assert "Noor" not in str(told)


def test_the_origin_sees_what_is_different_and_only_that(village, neighbour, pair):
    found = offered(village, neighbour, pair)
    assert [each.place for each in found.differences] == ["sections/goal"]
    assert (found.owner, found.offer.note) == ("Elsendorp Zorgt", NOTE)
    assert deciding.count_waiting(neighbour.session) == 1


def test_what_is_taken_is_a_new_version_with_credit_and_the_copy_hears_of_it(village, neighbour, pair):
    origin, copy = pair
    found = offered(village, neighbour, pair)
    accept(neighbour, found)
    assert section(origin.latest.content, "goal") == BETTER
    assert (origin.latest.version, origin.name) == (2, "Austerlitz Eet")
    update, answer = neighbour.sent()[-2:]
    (credit,) = update["object"]["contributors"]
    assert (credit["id"], credit["writtenBy"]) == (copy.object_uri, "Elsendorp Zorgt")
    pass_on(neighbour, village, update)
    pass_on(neighbour, village, answer)
    own = offering.offer_of(village.session, copy)
    assert (own.state, own.answer, own.taken_version) == ("taken", "Dank!", 2)
    assert known_templates.find_template(village.session, origin.object_uri).version == 2
    (notice,) = notices(village.session)
    assert updates.open_proposal(village.session, notice.template).differences == []


def test_a_part_is_taken_and_the_rest_stays_as_it_was(village, neighbour, pair):
    origin, copy = pair
    roles = [{"key": "kok", "name": "Kok", "number": 4, "requirements": [], "note": ""}]
    change(village, copy, roles=roles)
    service.publish_template(village.session, village.settings, copy)
    found = offered(village, neighbour, pair)
    assert {each.place for each in found.differences} == {"sections/goal", "roles/kok"}
    accept(neighbour, found, {"sections/goal": THEIRS, "roles/kok": OURS})
    assert origin.latest.content["roles"][0]["number"] == 2
    assert section(origin.latest.content, "goal") == BETTER


def test_an_offer_of_an_older_copy_is_merged_with_what_changed_since(village, neighbour, pair):
    origin, _copy = pair
    improve(neighbour, origin, {"sections": with_section(origin.draft, "steps", "Begin met soep.")})
    found = offered(village, neighbour, pair)
    accept(neighbour, found)
    assert section(origin.latest.content, "goal") == BETTER
    assert section(origin.latest.content, "steps") == "Begin met soep."


def test_what_both_changed_must_be_chosen(village, neighbour, pair):
    origin, _copy = pair
    improve(neighbour, origin, {"sections": with_section(origin.draft, "goal", "Zelf verbeterd.")})
    found = offered(village, neighbour, pair)
    with pytest.raises(InvalidInput) as caught:
        accept(neighbour, found)
    assert set(caught.value.fields) == {"sections/goal"}
    assert origin.latest.version == 2
    with pytest.raises(Conflict):
        accept(neighbour, found, {"sections/goal": OURS})
    assert found.offer.state == "waiting"


def test_a_refusal_carries_a_word_and_the_copy_stands_on_its_own(village, neighbour, pair):
    found = offered(village, neighbour, pair)
    deciding.decline(
        neighbour.session, neighbour.settings, found.offer.id, answer="Past niet bij ons.", by="Jo"
    )
    pass_on(neighbour, village)
    own = offering.offer_of(village.session, pair[1])
    assert (own.state, own.answer) == ("declined", "Past niet bij ons.")
    assert pair[1].is_public
    assert deciding.count_waiting(neighbour.session) == 0


def test_a_no_may_become_a_yes_but_never_the_other_way(village, neighbour, pair):
    found = offered(village, neighbour, pair)
    deciding.decline(neighbour.session, neighbour.settings, found.offer.id, answer="", by="Jo")
    refusal = neighbour.sent()[-1]
    accept(neighbour, deciding.open_offered(neighbour.session, found.offer.id))
    with pytest.raises(Conflict):
        deciding.decline(neighbour.session, neighbour.settings, found.offer.id, answer="", by="Jo")
    pass_on(neighbour, village)
    pass_on(neighbour, village, refusal)  # it was overtaken on its way
    assert offering.offer_of(village.session, pair[1]).state == "taken"


def test_an_offer_is_taken_back(village, neighbour, pair):
    found = offered(village, neighbour, pair)
    row = offering.offer_of(village.session, pair[1])
    offering.take_back(village.session, village.settings, row, by="Noor")
    pass_on(village, neighbour)
    assert (found.offer.state, found.offer.content) == ("withdrawn", {})
    with pytest.raises(Conflict):
        accept(neighbour, found)
    with pytest.raises(Conflict):
        offering.take_back(village.session, village.settings, row, by="Noor")


@pytest.mark.parametrize("is_taken", [False, True])
def test_an_offer_ends_when_its_copy_is_withdrawn(village, neighbour, pair, is_taken):
    found = offered(village, neighbour, pair)
    if is_taken:
        accept(neighbour, found)
    assert receiving.forget_withdrawn(neighbour.session) == 0
    service.withdraw_template(village.session, village.settings, pair[1])
    pass_on(village, neighbour)
    assert receiving.forget_withdrawn(neighbour.session) == 1
    assert receiving.forget_withdrawn(neighbour.session) == 0
    assert (found.offer.content, found.offer.state) == ({}, "taken" if is_taken else "withdrawn")
    assert deciding.open_offered(neighbour.session, found.offer.id).differences == []


def test_a_later_offer_takes_the_place_of_one_that_waits(village, neighbour, pair):
    make_offer(village, pair[1])
    pass_on(village, neighbour)
    with pytest.raises(Conflict):
        make_offer(village, pair[1])
    change(village, pair[1], summary="Nog beter.")
    service.publish_template(village.session, village.settings, pair[1])
    make_offer(village, pair[1])
    pass_on(village, neighbour)
    states = sorted(row.state for row in deciding.list_offered(neighbour.session))
    assert states == ["waiting", "withdrawn"]


def test_the_same_message_twice_is_one_offer(village, neighbour, pair):
    make_offer(village, pair[1])
    pass_on(village, neighbour)
    pass_on(village, neighbour)
    assert len(deciding.list_offered(neighbour.session)) == 1


def test_what_cannot_be_offered_is_said(village, neighbour):
    origin = publish_origin(neighbour)
    copy = copy_of(village, neighbour, origin)
    with pytest.raises(Conflict):
        make_offer(village, copy)  # not published
    service.publish_template(village.session, village.settings, copy)
    with pytest.raises(Conflict):
        make_offer(village, copy)  # nothing is different but the name and our answers
    own = service.create_template(village.session, {"name": "Zelf", "sections": copy.draft["sections"]})
    with pytest.raises(NotFound):
        make_offer(village, own)  # no copy
    change(village, copy, summary="Beter.")
    service.publish_template(village.session, village.settings, copy)
    service.withdraw_template(neighbour.session, neighbour.settings, origin)
    village.hears(neighbour)
    with pytest.raises(NotFound):
        make_offer(village, copy)  # the origin is gone


@pytest.mark.parametrize("note", ["x" * 501, "Bel 06 12345678", "mail naar jan@dorp.example"])
def test_a_note_that_is_too_long_or_about_a_person_does_not_leave(village, pair, note):
    before = len(village.sent())
    with pytest.raises(InvalidInput) as caught:
        make_offer(village, pair[1], note)
    assert set(caught.value.fields) == {"note"}
    assert len(village.sent()) == before


def forged(village, pair, **changes):
    make_offer(village, pair[1])
    told = copies.deepcopy(village.sent()[-1])
    told["object"] |= {name: value for name, value in changes.items() if value is not None}
    for name in [name for name, value in changes.items() if value is None]:
        del told["object"][name]
    return told


def test_only_a_proven_copy_of_ours_by_its_owner_is_taken(village, neighbour, pair):
    told = forged(village, pair)
    document = told["object"]["document"]
    other = {**document, "attributedTo": neighbour.cooperative.actor_uri}
    spoiled = {
        "no document": {"document": None},
        "another text": {"document": {**document, "summary": "Vervalst."}},
        "of somebody else": {"document": other},
        "another copy": {"variant": f"{document['id']}x"},
        "no template of theirs": {"template": "https://elders.example/objects/1"},
        "no copy": {"document": {name: document[name] for name in document if name != "copiedFrom"}},
        "a version that never was": {
            "document": {**document, "copiedFrom": {**document["copiedFrom"], "version": 7}}
        },
        "in the name of another": {"actor": neighbour.cooperative.actor_uri},
        "an id of another": {"id": "https://elders.example/offers/1"},
        "a long note": {"offerNote": "x" * 501},
        "not a document": {"document": "https://elders.example/objects/1"},
    }
    for name, changes in spoiled.items():
        message = copies.deepcopy(told)
        message["object"] |= {key: value for key, value in changes.items() if value is not None}
        if changes.get("document", "") is None:
            del message["object"]["document"]
        with pytest.raises((InvalidInput, NotAllowed, NotFound, BadSignature)):
            pass_on(village, neighbour, message)
        assert deciding.list_offered(neighbour.session) == [], name


def test_an_offer_of_a_version_that_is_no_longer_the_newest_is_refused(village, neighbour, pair):
    make_offer(village, pair[1])
    told = village.sent()[-1]
    change(village, pair[1], summary="Nog later.")
    service.publish_template(village.session, village.settings, pair[1])
    neighbour.hears(village)
    with pytest.raises(NotAllowed):
        pass_on(village, neighbour, told)


def test_an_answer_to_what_we_did_not_offer_is_refused(village, neighbour, pair):
    found = offered(village, neighbour, pair)
    accept(neighbour, found)
    answer = copies.deepcopy(neighbour.sent()[-1])
    answer["object"]["id"] = "https://elders.example/offers/1"
    with pytest.raises(NotFound):
        pass_on(neighbour, village, answer)
    stranger = {**neighbour.sent()[-1], "actor": "https://elders.example/actors/x"}
    from federation.receiving.inbox import Received, find_listener

    handle = find_listener("Accept", "TemplateOffer")
    with pytest.raises(NotFound):
        handle(Received(village.session, village.settings, stranger["actor"], stranger, stranger["object"]))
    assert offering.offer_of(village.session, pair[1]).state == "waiting"


def test_one_host_does_not_fill_the_table(village, neighbour, pair, monkeypatch):
    from node.template_offers import receiving

    monkeypatch.setattr(receiving, "MOST_OPEN", 0)
    make_offer(village, pair[1])
    with pytest.raises(TooMany):
        pass_on(village, neighbour)
    assert neighbour.session.query(TemplateOffer).count() == 0


def test_offers_that_replace_each_other_do_not_fill_the_table_either(village, neighbour, pair, monkeypatch):
    from node.template_offers import receiving

    monkeypatch.setattr(receiving, "MOST_RECENT", 2)
    make_offer(village, pair[1])
    told = village.sent()[-1]

    def again(number):
        message = copies.deepcopy(told)
        message["object"]["id"] = f"{told['object']['id']}-{number}"
        pass_on(village, neighbour, message)

    again(1)
    again(2)
    with pytest.raises(TooMany), neighbour.session.begin_nested():
        again(3)
    assert sorted(each.state for each in deciding.list_offered(neighbour.session)) == ["waiting", "withdrawn"]
    for each in deciding.list_offered(neighbour.session):
        each.created_at -= receiving.RECENT
    neighbour.session.flush()
    again(4)
