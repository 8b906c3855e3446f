"""A hub shares the library: once, again when it grew, and never over what the hub changed."""

from __future__ import annotations

import dataclasses

import pytest

from federation.actors.identities import create_identity
from node.activity_templates import copying, service
from node.activity_templates.models import ActivityTemplate
from node.communities.models import Community
from node.starter_library import sharing
from node.starter_library.beginning import begin
from node.starter_library.starters import get_starter, starters
from schemas.errors import InvalidInput, NotAllowed
from tests.node.villages import Village


@pytest.fixture
def hub(neighbour: Village) -> Village:
    """The neighbour's node is a hub, and nothing else."""
    session, settings = neighbour.session, neighbour.settings
    actor = create_identity(
        session,
        settings,
        role="hub",
        username="hub",
        name="Landelijk Netwerk",
        base_url="http://127.0.0.1:8101",
        initiative=neighbour.cooperative.initiative,
    )
    session.add(
        Community(
            name="Landelijk Netwerk",
            place_id=1,
            place_name="Utrecht",
            municipality="Utrecht",
            is_village=False,
            is_hub=True,
        )
    )
    session.flush()
    return Village(session, settings, actor)


def improved(key: str, **changes) -> dict:
    """The library of a later program, in which one text is better."""
    old = starters()[key]
    content = {**old.content, "summary": "Nu nog duidelijker."}
    return {**starters(), key: dataclasses.replace(old, content=content, **changes)}


def test_the_whole_library_is_shared_once(hub):
    first = sharing.share(hub.session, hub.settings)
    assert first.new == list(starters())
    sent = len(hub.sent())
    assert sent == len(starters())
    assert {each["actor"] for each in hub.sent()} == {hub.cooperative.actor_uri}
    again = sharing.share(hub.session, hub.settings)
    assert again.same == list(starters())
    assert len(hub.sent()) == sent


def test_what_was_improved_is_shared_again_with_its_note(hub):
    sharing.share(hub.session, hub.settings)
    change = {"changeClass": "safety", "changeNote": "Kijk na het werk of u een teek heeft."}
    better = improved("tuiniert", change=change)
    assert sharing.preview(hub.session, better).improved == ["tuiniert"]
    assert sharing.share(hub.session, hub.settings, better).improved == ["tuiniert"]
    update = hub.sent()[-1]
    assert update["type"] == "Update"
    assert update["object"]["version"] == 2
    assert update["object"]["summary"] == "Nu nog duidelijker."
    assert update["object"]["changeClass"] == "safety"
    assert sharing.share(hub.session, hub.settings, better).improved == []


def test_what_the_hub_changed_or_withdrew_stays_so(hub):
    sharing.share(hub.session, hub.settings)
    changed, withdrawn = (hub.session.get(ActivityTemplate, f"starter-{key}") for key in ("eet", "belt"))
    service.edit_template(hub.session, changed, {**changed.draft, "summary": "Zoals wij het doen."})
    service.withdraw_template(hub.session, hub.settings, withdrawn)
    both = improved("eet") | {"belt": improved("belt")["belt"]}
    assert sharing.share(hub.session, hub.settings, both).kept == ["eet", "belt"]
    assert changed.draft["summary"] == "Zoals wij het doen."
    assert hub.session.get(ActivityTemplate, "starter-belt").withdrawn_at is not None


def test_a_village_copies_it_under_its_own_name(hub, village):
    sharing.share(hub.session, hub.settings)
    rides = next(each for each in hub.sent() if each["object"]["name"] == "Ons Dorp Rijdt")
    assert village.hears(hub, rides)
    uri = rides["object"]["id"]
    assert copying.propose_name(village.session, uri, "Elsendorp") == "Elsendorp Rijdt"
    copy = copying.copy_template(village.session, uri, name="Elsendorp Rijdt", answers={"afstand": 20})
    assert copy.copied_from["id"] == uri


def test_a_node_that_is_no_hub_is_refused(village):
    with pytest.raises(NotAllowed):
        sharing.share(village.session, village.settings)
    assert village.sent() == []


def test_beginning_sends_nothing_and_the_hub_s_formats_are_not_the_village_s(village):
    template = begin(village.session, get_starter("klust"), name="Elsendorp Klust", answers={"duur": 60})
    assert template.name == "Elsendorp Klust"
    assert next(each for each in template.draft["parameters"] if each["key"] == "duur")["value"] == 60
    assert village.sent() == []
    village.session.add(
        ActivityTemplate(id="starter-eet", draft=template.draft, publisher="hub", starter_key="eet")
    )
    assert [each.id for each in service.own_templates(village.session)] == [template.id]


def test_a_name_and_answers_are_checked_like_any_other(village):
    with pytest.raises(InvalidInput):
        begin(village.session, get_starter("klust"), name=" ", answers={})
    with pytest.raises(InvalidInput) as error:
        begin(village.session, get_starter("klust"), name="Klus", answers={"materiaal": "niemand"})
    assert "materiaal" in error.value.fields["answers"]
