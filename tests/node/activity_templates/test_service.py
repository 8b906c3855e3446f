"""Writing, publishing, finding, copying and withdrawing templates."""

from __future__ import annotations

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from directory.replica import families
from directory.replica import templates as known_templates
from directory.replica.records import Record
from directory.search.service import search
from federation.fetching.documents import MOST_POSTED
from node.activity_templates import copying, service
from node.activity_templates.content import content_of, hash_of, load_content
from node.activity_templates.content_html import to_html
from node.activity_templates.models import ActivityTemplateVersion
from schemas.errors import Conflict, InvalidInput, NotFound
from schemas.taxonomies import SECTIONS
from tests.example_format import AUSTERLITZ_EET

ATTACK = "<script>alert(1)</script><img src=x onerror=alert(1)>"


def write(village, **changes):
    return service.create_template(village.session, {**AUSTERLITZ_EET, **changes})


def publish(village, **changes):
    template = write(village, **changes)
    service.publish_template(village.session, village.settings, template)
    return template


def test_a_published_template_reaches_a_neighbour_and_is_found_there(village, neighbour):
    publish(neighbour)
    assert village.hears(neighbour)
    for words in ("eettafel", "samen eten", "samne eten"):
        found = [hit.title for hit in search(village.session, words, kinds=("template",)).hits]
        assert found == ["Austerlitz Eet"], words


def test_the_largest_format_still_fits_an_inbox(village):
    sections = [{"key": key, "text": "Één " * 1750} for key in SECTIONS.codes]
    own = {"key": "own_meer", "title": "Meer", "text": "é" * 2000}
    publish(
        village,
        sections=[*sections, own],
        safeguards=[{"key": f"a{at}", "text": "ë" * 500} for at in range(4)],
    )
    sent = json.dumps(village.sent()[-1], ensure_ascii=False).encode()
    assert 0.8 * MOST_POSTED < len(sent) < MOST_POSTED
    with pytest.raises(InvalidInput):
        write(village, sections=[*sections, own, {**own, "key": "own_nog_meer", "text": "é" * 7000}])


def test_the_wire_carries_content_version_hash_and_licence(village):
    template = publish(village)
    document = village.sent()[-1]["object"]
    assert document["version"] == 1
    assert document["license"] == "CC-BY-SA-4.0"
    assert (document["type"], document["recordType"]) == ("Article", "ActivityTemplate")
    assert document["contentHash"] == hash_of(content_of(document)) == template.latest.content_hash
    assert document["url"].endswith(f"/formats/{template.id}")


def test_a_change_becomes_the_next_version_and_the_first_stays_as_it_was(village):
    template = publish(village)
    first = template.latest
    service.edit_template(village.session, template, {**AUSTERLITZ_EET, "summary": "Nog beter samen eten."})
    service.publish_template(village.session, village.settings, template)
    assert [version.version for version in template.versions] == [1, 2]
    assert first.content["summary"] != template.latest.content["summary"]
    assert village.sent()[-1]["type"] == "Update"
    assert village.sent()[-1]["object"]["id"] == template.object_uri
    assert [each.version for each in known_templates.versions(village.session, template.object_uri)] == [1, 2]


def test_a_published_version_cannot_be_changed(village):
    template = publish(village)
    template.latest.content_hash = "sha256:" + "0" * 64
    with pytest.raises(Conflict):
        village.session.flush()


def test_publishing_twice_without_a_change_is_refused(village):
    template = publish(village)
    with pytest.raises(Conflict):
        service.publish_template(village.session, village.settings, template)
    assert len(village.sent()) == 1


def test_a_template_without_any_text_is_not_published(village):
    template = write(village, sections=[{"key": "goal", "text": "  "}])
    with pytest.raises(InvalidInput):
        service.publish_template(village.session, village.settings, template)
    assert village.sent() == []


def test_a_copy_answers_the_questions_and_remembers_its_base(village, neighbour):
    origin = publish(neighbour)
    village.hears(neighbour)
    name = copying.propose_name(village.session, origin.object_uri, "Elsendorp")
    assert name == "Elsendorp Eet"
    copy = copying.copy_template(
        village.session, origin.object_uri, name=name, answers={"aantal_eters": 12, "hoe_vaak": "elke maand"}
    )
    answers = {each["key"]: each["value"] for each in copy.draft["parameters"]}
    kept = {each["key"]: each["value"] for each in AUSTERLITZ_EET["parameters"]}
    assert answers == kept | {"aantal_eters": 12, "hoe_vaak": "elke maand"}
    assert copy.copied_from == {
        "id": origin.object_uri,
        "version": 1,
        "contentHash": origin.latest.content_hash,
    }
    assert hash_of(copy.base_content) == origin.latest.content_hash


def test_the_origin_sees_a_published_copy_in_the_family(village, neighbour):
    origin = publish(neighbour)
    village.hears(neighbour)
    copy = copying.copy_template(village.session, origin.object_uri, name="Elsendorp Eet", answers={})
    service.publish_template(village.session, village.settings, copy)
    activity = village.sent()[-1]
    assert neighbour.cooperative.actor_uri in activity["cc"]
    assert neighbour.hears(village)
    root = families.family(neighbour.session, copy.object_uri)
    assert [each.template.name for each in families.members(root)] == [
        "Austerlitz Eet",
        "Elsendorp Eet",
    ]
    assert root.children[0].template.copied_from_version == 1


def test_a_withdrawn_origin_keeps_its_place_and_its_copies(village, neighbour):
    origin = publish(neighbour)
    village.hears(neighbour)
    copy = copying.copy_template(village.session, origin.object_uri, name="Elsendorp Eet", answers={})
    service.publish_template(village.session, village.settings, copy)
    service.withdraw_template(neighbour.session, neighbour.settings, origin)
    assert village.hears(neighbour)
    root = families.family(village.session, copy.object_uri)
    assert root.template.withdrawn_at is not None
    assert [child.uri for child in root.children] == [copy.object_uri]
    hits = search(village.session, "austerlitz eettafel", kinds=("template",)).hits
    assert origin.object_uri not in [hit.uri for hit in hits]
    with pytest.raises(NotFound):
        copying.copy_template(village.session, origin.object_uri, name="Te laat", answers={})
    with pytest.raises(Conflict):
        service.edit_template(neighbour.session, origin, AUSTERLITZ_EET)


def test_a_circle_of_claims_does_not_hang_the_family(village, neighbour):
    origin = publish(neighbour)
    village.hears(neighbour)
    copy = copying.copy_template(village.session, origin.object_uri, name="Elsendorp Eet", answers={})
    service.publish_template(village.session, village.settings, copy)
    known = known_templates.find_template(village.session, origin.object_uri)
    known.copied_from_uri = copy.object_uri
    village.session.flush()
    assert len(families.members(families.family(village.session, copy.object_uri))) == 2


def test_a_draft_is_seen_by_the_team_only(village):
    template = write(village)
    with pytest.raises(NotFound):
        service.open_template(village.session, template.id)
    assert service.open_template(village.session, template.id, team=True).content["name"] == "Austerlitz Eet"


def test_the_public_sees_the_published_text_while_the_draft_changes(village):
    template = publish(village)
    service.edit_template(village.session, template, {**AUSTERLITZ_EET, "summary": "Nog geheim."})
    assert "geheim" not in service.open_template(village.session, template.id, draft=True).content["summary"]
    seen = service.open_template(village.session, template.id, team=True, draft=True)
    assert seen.content["summary"] == "Nog geheim."


@pytest.mark.parametrize(
    ("changes", "place"),
    [
        ({"name": "   "}, "name"),
        ({"name": "x" * 121}, "name"),
        ({"name": "a\x00b"}, "name"),
        ({"name": "half a \ud800 pair"}, "name"),
        ({"name": None}, "name"),
        ({"sections": [{"key": "goal", "text": "x" * 8001}]}, "sections"),
        ({"sections": [{"key": "nonsense", "text": ""}]}, "sections"),
        ({"sections": [{"key": "goal", "text": "a"}, {"key": "goal", "text": "b"}]}, "sections"),
        ({"indicators": ["nl:minutes"]}, "indicators"),
        ({"indicators": ["nl:diners"] * 50}, "indicators"),
        ({"themes": ["eating"] * 50}, "themes"),
        ({"parameters": [{"key": "a", "label": "A", "kind": "number", "value": 10**400}]}, "parameters"),
        ({"parameters": [{"key": "a", "label": "A", "kind": "number", "value": float("nan")}]}, "parameters"),
        ({"parameters": [{"key": "a", "label": "A", "kind": "number", "value": "veel"}]}, "parameters"),
        ({"parameters": [{"key": "a", "label": "A", "kind": "number", "minimum": 1e300}]}, "parameters"),
        ({"parameters": [{"key": "a", "label": "", "kind": "text"}]}, "parameters"),
        ({"parameters": [{"key": "A!", "label": "A", "kind": "text"}]}, "parameters"),
        ({"parameters": [{"key": "a", "label": "A", "kind": "choice", "value": "c"}]}, "parameters"),
    ],
)  # fmt: skip
def test_bad_content_is_refused_with_its_place(village, changes, place):
    with pytest.raises(InvalidInput) as caught:
        write(village, **changes)
    assert place in caught.value.fields


@pytest.mark.parametrize("data", [None, [], "text", 7, {}])
def test_content_that_is_no_content_is_refused(data):
    with pytest.raises(InvalidInput):
        load_content(data)


def test_a_wrong_answer_is_told_by_its_question(village, neighbour):
    origin = publish(neighbour)
    village.hears(neighbour)
    for answers in ({"aantal_eters": 4000}, {"hoe_vaak": "nooit"}, {"onbekend": 1}):
        with pytest.raises(InvalidInput) as caught:
            copying.copy_template(village.session, origin.object_uri, name="Elsendorp Eet", answers=answers)
        assert set(caught.value.fields["answers"]) == set(answers)


def test_no_field_can_carry_a_script_into_the_html(village):
    attacked = json.loads(
        json.dumps(AUSTERLITZ_EET)
        .replace("Austerlitz", ATTACK.replace('"', ""))
        .replace("personen", "<script>1</script>")
    )
    attacked["parameters"][0]["label"] = ATTACK
    html = to_html(load_content({**attacked, "name": ATTACK}), ATTACK, "https://dorp.example/formats/x")
    assert "<script" not in html
    assert "<img" not in html
    assert "&lt;script&gt;" in html


@given(st.text(max_size=200), st.text(max_size=200))
def test_the_html_holds_only_our_own_tags(summary, text):
    content = {
        "name": "x",
        "summary": summary,
        "language": "nl",
        "sections": [{"key": "goal", "text": text}],
        "parameters": [],
        "indicators": [],
    }
    html = to_html(content, "Elsendorp Zorgt", "https://dorp.example/formats/x")
    for tag in ("p", "h3", "br", "ul", "li"):
        html = html.replace(f"<{tag}>", "").replace(f"</{tag}>", "")
    html = html.replace('<a href="https://dorp.example/formats/x">x</a>', "")
    assert "<" not in html


def test_the_hash_does_not_depend_on_order_or_on_whole_numbers_with_a_point():
    content = load_content(AUSTERLITZ_EET)
    shuffled = dict(reversed(content.items()))
    as_float = json.loads(json.dumps(content).replace('"value": 25', '"value": 25.0'))
    assert hash_of(content) == hash_of(shuffled) == hash_of(load_content(as_float))


def test_a_name_without_the_village_gets_ours_behind_it(village, neighbour):
    origin = publish(neighbour, name="Koffie & Koters")
    village.hears(neighbour)
    assert (
        copying.propose_name(village.session, origin.object_uri, "Elsendorp") == "Koffie & Koters Elsendorp"
    )


def test_the_replica_is_enough_when_the_origin_is_gone(village, neighbour):
    """Nothing of the neighbour but what was received: its actor is forgotten too."""
    origin = publish(neighbour)
    village.hears(neighbour)
    from federation.actors.remote_actors import RemoteActor

    village.session.delete(village.session.get(RemoteActor, neighbour.cooperative.actor_uri))
    village.session.flush()
    copy = copying.copy_template(village.session, origin.object_uri, name="Elsendorp Eet", answers={})
    service.publish_template(village.session, village.settings, copy)
    assert village.session.query(ActivityTemplateVersion).count() == 1
    assert village.session.get(Record, copy.object_uri) is not None


@pytest.mark.parametrize("change_class", ["correction", "improvement", "safety"])
def test_a_next_version_says_what_it_changes(village, neighbour, change_class):
    origin = publish(neighbour)
    assert "changeClass" not in neighbour.sent()[-1]["object"]
    service.edit_template(neighbour.session, origin, {**AUSTERLITZ_EET, "summary": "Met een blusdeken."})
    change = {"changeClass": change_class, "changeNote": "Leg een blusdeken klaar."}
    service.publish_template(neighbour.session, neighbour.settings, origin, change)
    assert village.hears(neighbour)
    for version in (known_templates.versions(village.session, origin.object_uri)[-1], origin.versions[-1]):
        assert (version.change_class, version.change_note) == (change_class, "Leg een blusdeken klaar.")
    content = content_of(neighbour.sent()[-1]["object"])
    assert hash_of(content) == origin.latest.content_hash  # the note is no part of what is hashed


@pytest.mark.parametrize(
    ("change", "place"),
    [
        ({"changeClass": "revolution"}, "changeClass"),
        ({"changeClass": "safety"}, "changeNote"),
        ({"changeClass": "safety", "changeNote": "  "}, "changeNote"),
        ({"changeNote": "x" * 501}, "changeNote"),
        ({"person": "Truus"}, "person"),
    ],
)
def test_a_bad_word_about_a_change_publishes_nothing(village, change, place):
    template = publish(village)
    service.edit_template(village.session, template, {**AUSTERLITZ_EET, "summary": "Anders."})
    with pytest.raises(InvalidInput) as caught:
        service.publish_template(village.session, village.settings, template, change)
    assert place in caught.value.fields
    assert len(template.versions) == len(village.sent()) == 1
