"""The federation firewall: whatever is thrown at `publish`, only the closed list leaves."""

from __future__ import annotations

import json

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from sqlalchemy import select

from federation.actors.identities import actor_document
from federation.sending import firewall
from federation.sending.outbox import publish
from federation.sending.published import PublishedActivity, PublishedObject
from schemas.errors import AppError, NotAllowed
from schemas.objects import OBJECTS
from tests.records import AREA, entry, event, story, template

SECRET = "Truus-06-12345678"  # stands for anything personal
PERSONAL = ("bsn", "birthDate", "telephone", "member", "diagnosis", "helpRequest", "person", "address")
ACTIVITIES = (
    "Create",
    "Update",
    "Delete",
    "Follow",
    "Accept",
    "Reject",
    "Undo",
    "Add",
    "Remove",
    "Announce",
    "Flag",
)
keys_ = st.sampled_from([*PERSONAL, "id", "type", "name", "object", "actor", "summary", "initiative"])
types_ = st.sampled_from(["Person", "Note", "Organization", "ActivityTemplate", "Follow", "Article", "Offer"])
leaves = st.one_of(st.just(SECRET), types_, st.none(), st.integers(), st.booleans())
values = st.recursive(
    leaves, lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(keys_, inner, max_size=4))
)
documents = st.dictionaries(keys_, values, max_size=6)
hostile = hypothesis_settings(
    max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


def all_bytes(session):
    activities = session.scalars(select(PublishedActivity.document))
    objects = session.scalars(select(PublishedObject.document))
    return json.dumps([*activities, *objects], ensure_ascii=False)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@hostile
@given(kind=st.sampled_from([*ACTIVITIES, "Offer", "Like"]), payload=st.one_of(documents, values))
def test_nothing_outside_the_list_is_ever_written(session, settings, village, kind, payload):
    try:
        with session.begin_nested():
            publish(session, settings, village, kind, payload)
    except AppError:
        pass
    assert SECRET not in all_bytes(session)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@hostile
@given(
    base=st.sampled_from([template(), entry("Dorp"), event(), story()]),
    path=st.sampled_from(["", "initiative", "areas", "sections", "location"]),
    name=st.sampled_from(PERSONAL),
    value=values,
)
def test_no_field_rides_along_on_a_good_record(session, settings, village, base, path, name, value):
    document = json.loads(json.dumps(base))
    target = {"areas": AREA | {}}.get(path) or document.get(path) or document
    target = target[0] if isinstance(target, list) else target
    target[name] = value
    if path == "areas" and "initiative" in document:
        document["initiative"]["areas"] = [target]
    elif path == "areas":
        document["areas"] = [target]
    with pytest.raises(NotAllowed):
        publish(session, settings, village, "Create", document)


@pytest.mark.parametrize("schema", OBJECTS.values())
def test_the_list_has_no_place_for_a_person(schema):
    names = json.dumps(sorted(schema().fields))
    assert not any(word in names for word in ("birth", "bsn", "member_id", "person", "resident"))


@pytest.mark.parametrize("kind", ["Story", "PublicEvent", "Organization", "x", None, ["Story"]])
def test_a_record_says_what_it_is_in_one_way_only(session, settings, village, kind):
    for document in (template(), entry("Dorp"), event(), story()):
        if document.get("recordType") != kind:
            with pytest.raises(NotAllowed):
                publish(session, settings, village, "Create", {**document, "recordType": kind})
        with pytest.raises(NotAllowed):
            publish(session, settings, village, "Create", {**document, "type": ["Article", "Story"]})


@pytest.mark.parametrize("document", [event(), story()], ids=["event", "story"])
def test_an_event_and_a_story_are_relayed_as_they_are_and_nothing_with_them(
    session, settings, village, document
):
    activity = publish(session, settings, village, "Create", document)
    assert firewall.check_relayed(activity) == activity
    for name in ("attendee", "organizer", "consent", "askedBy", "actor", "participantCount"):
        with pytest.raises(NotAllowed):
            firewall.check_relayed({**activity, "object": {**activity["object"], name: SECRET}})


def test_our_actor_document_leaves_only_as_it_is(session, settings, village):
    document = actor_document(session, settings, village)
    assert publish(session, settings, village, "Update", document)["object"]["id"] == village.actor_uri
    with pytest.raises(NotAllowed):
        publish(session, settings, village, "Update", {**document, "summary": SECRET})
    with pytest.raises(NotAllowed):
        publish(session, settings, village, "Create", document)


def test_a_relayed_activity_is_held_to_the_same_list(session, settings, village):
    activity = publish(session, settings, village, "Create", template())
    assert firewall.check_relayed(activity) == activity
    profile = publish(session, settings, village, "Update", actor_document(session, settings, village))
    assert firewall.check_relayed(profile) == profile
    for place in (activity, activity["object"], activity["object"]["proof"], profile["object"]):
        place["note"] = SECRET
        with pytest.raises(NotAllowed):
            firewall.clean_bare("Announce", [activity if place is not profile["object"] else profile])
        del place["note"]


def test_nobody_publishes_for_another(session, settings, village):
    with pytest.raises(NotAllowed):
        publish(session, settings, village, "Create", template(attributedTo="https://elders.example/a"))
    with pytest.raises(NotAllowed):
        publish(session, settings, village, "Create", template(id="https://elders.example/objects/1"))
    with pytest.raises(AppError):
        publish(session, settings, village, "Delete", "https://elders.example/objects/1")


def test_a_change_its_activity_and_its_deliveries_are_undone_together(session, settings, village, alice):
    publish(session, settings, village, "Create", template(), also_to=[alice.uri])
    session.rollback()
    assert json.loads(all_bytes(session)) == []


REPORT = {
    "object": ["https://elders.example/objects/1"],
    "reportReason": "outdated",
    "content": "Is gestopt.",
}


def test_a_report_leaves_with_addresses_a_reason_and_a_short_text(session, settings, village, alice):
    activity = publish(session, settings, village, "Flag", REPORT, also_to=[alice.uri], public=False)
    assert {name: activity[name] for name in REPORT} == REPORT
    assert activity["actor"] == village.actor_uri
    assert activity["to"] == [alice.uri]
    assert set(activity) - set(REPORT) == {
        "@context",
        "id",
        "type",
        "actor",
        "published",
        "to",
        "cc",
        "proof",
    }


def test_a_report_may_be_about_an_illness(session, settings, village, alice):
    about = {**REPORT, "content": "Wat hier over dementie staat, klopt niet."}
    activity = publish(session, settings, village, "Flag", about, also_to=[alice.uri], public=False)
    assert activity["content"] == about["content"]


@pytest.mark.parametrize(
    "change",
    [
        {"object": []},
        {"object": ["Truus de Vries"]},
        {"object": [{"id": "https://elders.example/objects/1", "name": SECRET}]},
        {"object": ["https://elders.example/objects/1"] * 21},
        {"reportReason": SECRET},
        {"reportReason": None},
        {"content": "x" * 501},
        {"content": SECRET},
        {"content": "bsn 111222333"},
        {"content": "NL91 ABNA 0417 1643 00"},
        {"content": "truus@dorp.example"},
        {"content": {"name": "x"}},
        *({name: "x"} for name in PERSONAL),
    ],
)
def test_a_report_holds_nothing_else_and_nobody(session, settings, village, alice, change):
    with pytest.raises(NotAllowed):
        publish(session, settings, village, "Flag", {**REPORT, **change}, also_to=[alice.uri], public=False)


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
@hostile
@given(name=st.sampled_from([*PERSONAL, "content", "object", "actor", "summary"]), value=values)
def test_nothing_personal_rides_along_on_a_report(session, settings, village, name, value):
    try:
        with session.begin_nested():
            publish(session, settings, village, "Flag", {**REPORT, name: value}, public=False)
    except AppError:
        pass
    assert SECRET not in all_bytes(session)
