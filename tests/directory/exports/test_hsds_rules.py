"""The HSDS 3.0 export keeps to the rules of the specification, whatever an entry tells."""

from __future__ import annotations

import copy
import json

import pytest
from sqlalchemy import select

from directory.examples.data import examples
from directory.exports.hsds import service_of, stream_hsds, summary_of
from directory.replica.entries import Entry
from schemas.taxonomies import KINDS, LEGAL_FORMS, PHASES, SPOKEN_LANGUAGES, TARGET_GROUPS, THEMES
from tests.directory.exports.hsds_rules import FIELDS, REQUIRED, faults, ids
from tests.directory.exports.test_forms import ENTRIES, NASTY, PUBLISHER, full, read
from tests.directory.organisations import add, organisation


def everything():
    """Entries that together use every value of every vocabulary, and one that tells nearly nothing."""
    told = [
        organisation(f"Soort {code}", kind=code, legalForm=legal, phase=phase)
        for code, legal, phase in zip(
            KINDS.codes,
            [LEGAL_FORMS.codes[at % len(LEGAL_FORMS.codes)] for at in range(len(KINDS.codes))],
            [PHASES.codes[at % len(PHASES.codes)] for at in range(len(KINDS.codes))],
            strict=True,
        )
    ]
    for name, vocabulary in (("themes", THEMES), ("targetGroups", TARGET_GROUPS)):
        codes = vocabulary.codes
        parts = [list(codes[at : at + 8]) for at in range(0, len(codes), 8)]
        told += [organisation(f"{name} {part[0]}", **{name: part}) for part in parts]
    told.append(organisation("Talen", languages=list(SPOKEN_LANGUAGES.codes[:12]), kvkNumber="12345678"))
    told.append(organisation("Voorbij", closedOn="2024-02-29", confirmedOn="2023-12-31"))
    told.append(organisation("X", summary=""))
    told.append(organisation(NASTY, "Austerlitz", "Zeist", "Bunnik", summary=NASTY, otherNames=[NASTY, "Y"]))
    return [*told, full()]


def test_every_service_keeps_to_the_rules_and_every_id_occurs_once(session):
    add(session, *everything(), *examples(40))
    services = read(stream_hsds, session)["contents"]
    assert len(services) == len(everything()) + 40
    assert [fault for service in services for fault in faults("service", service)] == []
    found = [each for service in services for each in ids("service", service)]
    assert len(found) == len(set(found))


def test_a_service_in_a_list_keeps_to_the_rules_too(session):
    add(session, *everything())
    for entry in session.scalars(select(Entry)):
        assert list(faults("service", json.loads(json.dumps(summary_of(entry, PUBLISHER))))) == []
        assert summary_of(entry, PUBLISHER).items() <= service_of(entry, PUBLISHER).items()


def test_the_trade_register_number_is_told_as_an_identifier(session):
    add(session, organisation("Talen", kvkNumber="12345678"))
    (service,) = read(stream_hsds, session)["contents"]
    (told,) = service["organization"]["organization_identifiers"]
    assert (told["identifier_scheme"], told["identifier"]) == ("NL-KVK", "12345678")


def spoil(service, path, value):
    """A copy of a service with one thing changed; ``...`` takes it away."""
    spoiled = copy.deepcopy(service)
    *way, last = path
    place = spoiled
    for step in way:
        place = place[step]
    if value is ...:
        del place[last]
    else:
        place[last] = value
    return spoiled


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (["id"], "1"),
        (["id"], ...),
        (["name"], None),
        (["status"], "running"),
        (["url"], "gids/1"),
        (["email"], "info"),
        (["assured_date"], "2026-02-30"),
        (["last_modified"], "2026-02-01T12:00:00"),
        (["mission"], "x"),
        (["phones"], []),
        (["phones", 0, "number"], ...),
        (["phones", 0, "type"], "mobile"),
        (["organization", "description"], ...),
        (["organization", "year_incorporated"], "2012"),
        (["organization", "website"], "dorp.example"),
        (["service_at_locations", 0, "location", "location_type"], "village"),
        (["service_at_locations", 0, "location", "latitude"], "52,1"),
        (["service_at_locations", 0, "location", "longitude"], 190),
        (["attributes", 0, "link_type"], ...),
        (["attributes", 0, "taxonomy_term", "description"], ...),
        (["service_areas"], {}),
        (["organization"], []),
    ],
)
def test_the_rules_refuse_what_the_specification_refuses(session, path, value):
    add(session, full())
    (service,) = read(stream_hsds, session, ENTRIES)["contents"]
    assert list(faults("service", service)) == []
    assert len(list(faults("service", spoil(service, path, value)))) == 1


def test_the_rules_are_whole():
    assert FIELDS.keys() == REQUIRED.keys()
    assert all(REQUIRED[kind] <= fields.keys() for kind, fields in FIELDS.items())
    nested = {rule[0] for fields in FIELDS.values() for rule in fields.values() if isinstance(rule, tuple)}
    assert nested <= FIELDS.keys()
