"""Words that mean the same: changed by the coordinator, felt by search at once, and undone."""

from __future__ import annotations

import pytest
from sqlalchemy import select

from directory.search import service as search
from directory.search.synonym_changes import SynonymChange, thesaurus
from node.synonyms import service
from schemas.errors import Conflict, InvalidInput, NotFound
from tests.directory.organisations import add, organisation
from tests.node.listings.sites import hub_site

__all__ = ["hub_site"]
ROOM = "/werkkamer/woorden"


@pytest.fixture
def corpus(session):
    """Three initiatives that use different words."""
    add(
        session,
        organisation("De Brink", summary="Wij hebben een stamtafel op dinsdag."),
        organisation("De Linde", summary="Elke week soepcafé met de buren."),
        organisation("De Wilg", summary="Samen fietsen op de duofiets."),
    )
    session.commit()
    return session


def titles(session, query):
    return [hit.title for hit in search.search(session, query).hits]


def test_a_new_group_works_at_once_in_all_forms_of_its_words(corpus):
    assert titles(corpus, "stamtafel") == ["De Brink"]
    service.add_group(corpus, ["stamtafel", "soepcafé"], by="Ans")
    assert sorted(titles(corpus, "stamtafels")) == ["De Brink", "De Linde"]
    corpus.commit()
    assert titles(corpus, "soepcafe")[0] == "De Linde"
    assert sorted(titles(corpus, "soepcafe")) == ["De Brink", "De Linde"]


def test_another_process_notices(corpus, runtime):
    assert titles(corpus, "soepcafé") == ["De Linde"]
    corpus.rollback()
    with runtime.database.session() as other:
        service.add_group(other, ["stamtafel", "soepcafé"], by="Ans")
        other.commit()
    assert len(titles(corpus, "soepcafé")) == 2


def test_what_is_rolled_back_is_not_kept(corpus):
    service.add_group(corpus, ["stamtafel", "soepcafé"], by="Ans")
    assert len(titles(corpus, "soepcafé")) == 2
    corpus.rollback()
    assert titles(corpus, "soepcafé") == ["De Linde"]
    service.add_group(corpus, ["duofiets", "soepcafé"], by="Ans")
    corpus.commit()
    assert "De Brink" not in titles(corpus, "soepcafé")


def test_a_group_of_the_program_can_be_changed_removed_and_brought_back(corpus):
    before = service.get_group(corpus, "fietsen").terms
    changed = service.change_group(corpus, "fietsen", ["fietsen", "trappen"], by="Ans", based_on=0)
    assert titles(corpus, "trappen") == ["De Wilg"]
    removed = service.remove_group(corpus, "fietsen", by="Ans")
    with pytest.raises(NotFound):
        service.get_group(corpus, "fietsen")
    with pytest.raises(Conflict):
        service.undo(corpus, changed.id, by="Ans")
    service.undo(corpus, removed.id, by="Ans")
    assert service.get_group(corpus, "fietsen").terms == ["fietsen", "trappen"]
    corpus.delete(corpus.get(SynonymChange, removed.id))
    last = corpus.scalars(select(SynonymChange).order_by(SynonymChange.id.desc())).first()
    assert service.terms_before(corpus, changed) == before
    assert last.terms == ["fietsen", "trappen"]


def test_undoing_the_first_change_gives_what_the_program_brought(corpus):
    before = service.get_group(corpus, "fietsen").terms
    changed = service.change_group(corpus, "fietsen", ["fietsen", "trappen"], by="Ans")
    service.undo(corpus, changed.id, by="Ans")
    assert service.get_group(corpus, "fietsen").terms == before
    assert thesaurus(corpus).knows(("duofiets",))


@pytest.mark.parametrize(
    "terms",
    [[], ["een"], ["soep", " Soep "], ["!!", "??"], ["a b c d e", "soep"], ["x" * 61, "soep"],
     [f"woord{number}" for number in range(21)]],
)  # fmt: skip
def test_a_group_that_says_nothing_or_too_much_is_refused(corpus, terms):
    with pytest.raises(InvalidInput):
        service.add_group(corpus, terms, by="Ans")


def test_a_group_that_is_there_already_is_not_made_twice(corpus):
    with pytest.raises(Conflict):
        service.add_group(corpus, ["Fietsen", "trappen"], by="Ans")


def test_the_coordinator_adds_changes_and_undoes_without_a_script(hub_site):
    answer = hub_site.post("coordinator", ROOM, {"terms": "stamtafel\nsoepcafé\n<b>vet</b>"})
    assert answer.status_code == 303
    page = hub_site.get("coordinator", ROOM).text
    assert "stamtafel, soepcafé, &lt;b&gt;vet&lt;/b&gt;" in page
    form = hub_site.get("coordinator", f"{ROOM}/stamtafel").text
    assert "soepcafé" in form
    assert (
        hub_site.post("coordinator", f"{ROOM}/stamtafel", {"terms": "stamtafel", "based_on": "1"}).status_code
        == 422
    )
    assert hub_site.post("coordinator", f"{ROOM}/wijzigingen/1/terugdraaien").status_code == 303
    assert hub_site.get("coordinator", f"{ROOM}/stamtafel").status_code == 404
    assert "Geen groep heeft dit woord" in hub_site.get("coordinator", f"{ROOM}?q=stamtafel").text


def test_of_two_coordinators_the_second_sees_what_changed_and_keeps_what_they_typed(hub_site):
    assert 'name="based_on" value="0"' in hub_site.get("coordinator", f"{ROOM}/fietsen").text
    first = {"terms": "fietsen\ntrappen", "based_on": "0"}
    assert hub_site.post("coordinator", f"{ROOM}/fietsen", first).status_code == 303
    second = hub_site.post("coordinator", f"{ROOM}/fietsen", {"terms": "fietsen\nzadel", "based_on": "0"})
    assert second.status_code == 409
    assert "zadel" in second.text
    assert "fietsen, trappen" in second.text
    assert 'name="based_on" value="1"' in second.text


def test_programs_do_the_same_and_others_do_not(hub_site):
    browser, may = hub_site.app.test_client(), hub_site.token("coordinator")
    made = browser.post("/api/v1/synonyms", json={"terms": ["stamtafel", "soepcafé"]}, headers=may)
    assert (made.status_code, made.json["name"]) == (201, "stamtafel")
    wanted = {"terms": ["stamtafel", "soep"], "basedOn": made.json["id"]}
    assert browser.put("/api/v1/synonyms/stamtafel", json=wanted, headers=may).status_code == 200
    assert browser.put("/api/v1/synonyms/stamtafel", json=wanted, headers=may).status_code == 409
    gone = browser.delete("/api/v1/synonyms/stamtafel", headers=may).json
    back = browser.post(f"/api/v1/synonyms/changes/{gone['id']}/undo", headers=may).json
    assert back["terms"] == ["stamtafel", "soep"]
    listed = browser.get("/api/v1/synonyms", headers=may).json["items"]
    assert {"name": "stamtafel", "terms": ["stamtafel", "soep"], "version": back["id"]} in listed
    for role in ("member", "supporter"):
        answer = browser.post("/api/v1/synonyms", json={"terms": ["a", "b"]}, headers=hub_site.token(role))
        assert answer.status_code == 403
        assert hub_site.get(role, ROOM).status_code == 403
