"""Requests and their answers, what left, and addresses that lead nowhere."""

from __future__ import annotations

import pytest

from federation.actors.identities import actor_document
from federation.actors.remote_actors import remember_actor
from federation.relations.follows import receive_follow
from node.network import service
from node.network.connections import list_connections, own_fingerprints
from node.network.sharing import list_shared
from schemas.errors import AppError, Conflict, InvalidInput, NotFound, RemoteError


@pytest.fixture
def asked(village, neighbour):
    """A request of the neighbour that waits for our answer."""
    document = actor_document(neighbour.session, neighbour.settings, neighbour.cooperative)
    remote = remember_actor(village.session, document)
    address = f"{neighbour.cooperative.actor_uri}/follows/1"
    return receive_follow(village.session, village.cooperative, remote, address)


def test_a_request_shows_name_place_and_the_key_the_other_side_reads_out(village, neighbour, asked):
    request = list_connections(village.session, "in", ["pending"])[0]
    assert request.name == "Austerlitz Zorgt"
    assert request.places == ["Austerlitz (Zeist)"]
    theirs = dict((one.role, seal) for one, seal in own_fingerprints(neighbour.session))
    assert request.fingerprint == theirs["cooperative"]
    assert not request.key_changed


def test_a_request_can_be_accepted_once(village, asked):
    service.accept_request(village.session, village.settings, asked.id, by="Anneke")
    assert list_connections(village.session, "in", ["accepted"])[0].decided_by == "Anneke"
    assert village.sent()[-1]["type"] == "Accept"
    with pytest.raises(Conflict):
        service.accept_request(village.session, village.settings, asked.id, by="Anneke")


def test_a_refusal_has_a_reason_that_stays_here_and_can_be_undone(village, asked):
    reason = "De sleutel klopte niet"
    service.reject_request(village.session, village.settings, asked.id, reason=reason, by="Anneke")
    answered = list_connections(village.session, "in", ["rejected"])[0]
    assert answered.decisions[0].reason == reason
    assert reason not in str(village.sent())
    service.undo_decision(village.session, village.settings, asked.id, by="Bert")
    assert list_connections(village.session, "in", ["pending"])[0].id == asked.id
    service.accept_request(village.session, village.settings, asked.id, by="Bert")
    service.undo_decision(village.session, village.settings, asked.id, by="Bert")
    assert list_connections(village.session, "in", ["ended"])[0].id == asked.id


@pytest.mark.parametrize("reason", ["", "   ", "x" * 501])
def test_a_refusal_without_a_readable_reason_is_refused_itself(village, asked, reason):
    with pytest.raises(InvalidInput) as caught:
        service.reject_request(village.session, village.settings, asked.id, reason=reason, by="Anneke")
    assert "reason" in caught.value.fields


def test_a_request_that_does_not_exist_is_not_found(village):
    for decide in (service.accept_request, service.undo_decision, service.leave):
        with pytest.raises(NotFound):
            decide(village.session, village.settings, 12345, by="Anneke")


@pytest.mark.parametrize(
    "address",
    [
        "",
        "   ",
        "x" * 600,
        "not an address",
        "ftp://hub.example",
        "javascript:alert(1)",
        "@",
        "@hub@",
        "http://",
    ],
)
def test_a_senseless_address_is_told_next_to_its_field(village, address):
    with pytest.raises(AppError) as caught:
        service.join_hub(village.session, village.settings, address)
    assert isinstance(caught.value, InvalidInput | RemoteError)
    assert caught.value.detail or caught.value.fields


def test_an_address_where_nobody_answers_is_told_so(village):
    with pytest.raises(RemoteError) as caught:
        service.join_hub(village.session, village.settings, "http://127.0.0.1:9")
    assert "does not answer" in caught.value.detail
    assert village.sent() == []


def test_what_left_is_told_in_words_newest_first(village, asked):
    service.accept_request(village.session, village.settings, asked.id, by="Anneke")
    page = list_shared(village.session)
    assert [(thing.what, thing.is_public) for thing in page.things] == [("accept", False)]
    assert page.things[0].recipients == [asked.remote_uri]
    assert list_shared(village.session, page=99).page == 1
