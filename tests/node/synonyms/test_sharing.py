"""What words mean travels from a hub to the nodes that joined it, so that all find the same."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select

from directory.replica.records import Record
from directory.replica.synonym_groups import MOST_GROUPS, KnownSynonymGroup, remove, told_by_hubs
from directory.replica.synonym_groups import project as project_group
from directory.search import service as search
from directory.search import synonym_changes
from directory.search.folding import fold
from directory.search.synonym_changes import PROGRAM_GROUPS, groups, thesaurus
from directory.search.thesaurus import BUILT_IN, MOST_RELATED, Thesaurus
from federation.relations.standing import PeerRule
from federation.sending.published import PublishedObject
from node.synonyms import service
from node.synonyms.sharing import share
from schemas.objects import wire_type
from tests.directory.organisations import add, organisation
from tests.node.listings.sites import hub_site

__all__ = ["hub_site"]
BUILT_IN_GROUP = "moestuin"


def change(node, act, *what):
    """Do something with a group at a hub, and tell it."""

    def work(session, _identity):
        made = act(session, *what, by="Ans")
        share(session, node.settings)
        return made.id

    return node.do(work)


def words(node):
    with node.runtime.database.session(write=False) as session:
        return groups(session)


@pytest.fixture
def hub_and_villages(network):
    """A hub, a village that joined it, and one that joined nobody."""
    hub, village, alone = (
        network.add("midden", "hub"),
        network.add("dorp", "village"),
        network.add("ver", "village"),
    )
    network.join(village, hub)
    return hub, village, alone


def test_a_village_finds_what_its_hub_finds_and_one_without_keeps_its_own(network, hub_and_villages):
    for node in hub_and_villages:
        node.do(
            lambda s, _i: add(
                s,
                organisation("De Brink", summary="Wij hebben een stamtafel."),
                organisation("De Linde", summary="Elke week soepcafé."),
                organisation("De Akker", summary="Wij werken in de pluktuin."),
            )
        )
    hub, village, alone = hub_and_villages
    change(hub, service.add_group, ["stamtafel", "soepcafé"])
    change(hub, service.remove_group, BUILT_IN_GROUP)
    network.settle()

    def found(node, query):
        with node.runtime.database.session(write=False) as session:
            return [hit.title for hit in search.search(session, query).hits]

    for query in ("stamtafel", "soepcafe", "moestuin", "buurttuin", "soepcafés stamtafels"):
        assert found(village, query) == found(hub, query)
    assert sorted(found(village, "stamtafel")) == ["De Brink", "De Linde"]
    assert found(village, "moestuin") == []
    assert found(alone, "stamtafel") == ["De Brink"]
    assert found(alone, "moestuin") == ["De Akker"]
    with alone.session() as session:
        assert thesaurus(session) is BUILT_IN


def test_changes_undo_and_leaving_are_followed(network, hub_and_villages):
    hub, village, _alone = hub_and_villages
    change(hub, service.add_group, ["stamtafel", "soepcafé"])
    change(hub, service.change_group, "stamtafel", ["stamtafel", "soepcafé", "kletstafel"])
    taken = change(hub, service.remove_group, BUILT_IN_GROUP)
    network.settle()
    assert words(village) == words(hub)
    assert "kletstafel" in words(village)["stamtafel"]
    change(hub, service.undo, taken)
    network.settle()
    assert words(village) == words(hub)
    assert words(village)[BUILT_IN_GROUP] == list(PROGRAM_GROUPS[BUILT_IN_GROUP])
    assert [row.deleted_at is not None for row in _published(hub)] == [False, True]
    network.leave(village, hub)
    network.settle()
    assert words(village) == {name: list(terms) for name, terms in sorted(PROGRAM_GROUPS.items())}


def test_of_two_hubs_all_words_count(network, hub_and_villages):
    hub, village, _alone = hub_and_villages
    other = network.add("noord", "hub")
    network.join(village, other)
    change(hub, service.add_group, ["stamtafel", "soepcafé"])
    change(other, service.add_group, ["Stamtafel", "kletstafel"])
    network.settle()
    assert {word.lower() for word in words(village)["stamtafel"]} == {"stamtafel", "soepcafé", "kletstafel"}


def test_who_is_silenced_does_not_speak_here(network, hub_and_villages):
    hub, village, _alone = hub_and_villages
    village.do(lambda s, _i: s.add(PeerRule(target=hub.actor_uri, rule="block", reason="")))
    change(hub, service.add_group, ["stamtafel", "soepcafé"])
    network.settle()
    assert "stamtafel" not in words(village)


def test_the_sweep_tells_what_an_older_version_did_not(network, hub_and_villages):
    hub, village, _alone = hub_and_villages
    hub.do(lambda s, _i: service.add_group(s, ["stamtafel", "soepcafé"], by="Ans"))
    network.settle()
    assert "stamtafel" not in words(village)
    hub.run("node.synonyms.jobs.sweep")
    network.settle()
    assert words(village)["stamtafel"] == ["stamtafel", "soepcafé"]


def test_nobody_floods_search_with_groups(hub_and_villages):
    hub, village, _alone = hub_and_villages

    def flood(session, _identity):
        session.add_all(
            KnownSynonymGroup(
                uri=f"{hub.url}/objects/{at}", owner_uri=hub.actor_uri, name=f"w{at:05}", terms=["a", "b"]
            )
            for at in range(MOST_GROUPS + 20)
        )

    village.do(flood)
    with village.session() as opened:
        assert len(told_by_hubs(opened)) == MOST_GROUPS


def project(session, owner, number, *terms):
    """What this owner says of one more group."""
    document = {
        **wire_type("SynonymGroup"),
        "id": f"{owner}/{number}",
        "attributedTo": owner,
        "published": "2026-11-22T01:17:58Z",
        "updated": "2026-11-22T01:17:58Z",
        "name": f"{terms[0]} {number}",
        "terms": list(terms),
    }
    project_group(session, Record(uri=document["id"], owner_uri=owner), document)
    return document["id"]


def test_of_one_hub_no_more_is_kept_than_counts_and_a_withdrawn_group_makes_room(session):
    owner = "https://v.example/actors/v"
    uris = [project(session, owner, number, "tafel", "stoel") for number in range(MOST_GROUPS + 3)]
    count = select(func.count()).select_from(KnownSynonymGroup)
    assert session.scalar(count) == MOST_GROUPS
    before = session.scalar(select(func.sum(KnownSynonymGroup.changes)))
    remove(session, uris[0])
    project(session, owner, "nieuw", "bank", "stoel")
    assert session.scalar(count) == MOST_GROUPS
    assert session.get(KnownSynonymGroup, f"{owner}/nieuw").is_shown
    assert session.get(KnownSynonymGroup, uris[0]) is None
    assert session.scalar(select(func.sum(KnownSynonymGroup.changes))) == before + 2


def test_a_word_in_many_groups_makes_no_endless_question():
    many = Thesaurus([["tafel", *(f"woord{group}x{at}" for at in range(19))] for group in range(500)])
    assert many.same_as(("tafel",))[:2] == [("woord0x0",), ("woord0x1",)]
    assert len(many.same_as(("tafel",))) == MOST_RELATED


def test_who_waited_takes_what_another_made_meanwhile(session, monkeypatch):
    service.add_group(session, ["stamtafel", "soepcafé"], by="Ans")
    session.commit()

    class Lock:
        """Somebody else has it, and makes the groups."""

        def __enter__(self):
            pool = session.get_bind().engine.pool
            monkeypatch.setitem(synonym_changes._thesauri, pool, (synonym_changes._state(session), BUILT_IN))

        def __exit__(self, *_raised):
            pass

    monkeypatch.setattr(synonym_changes, "_lock", Lock())
    assert thesaurus(session) is BUILT_IN


def test_one_hub_in_place_of_another_with_as_many_groups_is_noticed(network, hub_and_villages):
    hub, village, _alone = hub_and_villages
    stays, other = network.add("aan", "hub"), network.add("noord", "hub")
    network.join(village, stays)

    def known():
        with village.runtime.database.session(write=False) as session:
            return [
                word
                for word in ("aardappel", "soepcafé", "kletstafel")
                if thesaurus(session).knows((fold(word),))
            ]

    change(stays, service.add_group, ["stamtafel", "aardappel"])
    change(hub, service.add_group, ["stamtafel", "soepcafé"])
    network.settle()
    assert known() == ["aardappel", "soepcafé"]
    network.leave(village, hub)
    network.join(village, other)
    change(other, service.add_group, ["stamtafel", "kletstafel"])
    network.settle()
    assert known() == ["aardappel", "kletstafel"]


def test_words_of_who_is_no_hub_of_ours_do_not_count(session):
    project(session, "https://v.example/actors/v", 1, "eettafel", "onzin")
    assert told_by_hubs(session) == {}
    assert not thesaurus(session).knows(("onzin",))


def test_the_page_tells_the_network(hub_site):
    hub_site.post("coordinator", "/werkkamer/woorden", {"terms": "stamtafel\nsoepcafé"})
    with hub_site.runtime.database.session() as session:
        (row,) = session.scalars(select(PublishedObject).where(PublishedObject.type == "SynonymGroup"))
        assert row.document["terms"] == ["stamtafel", "soepcafé"]
        assert row.document["type"] == "Object"


def _published(hub):
    query = select(PublishedObject).where(PublishedObject.type == "SynonymGroup")
    return sorted(hub.all(query), key=lambda row: row.deleted_at is not None)
