"""National figures once more, from the signed feed of a hub alone: the same, or refused."""

from __future__ import annotations

import copy
import json
from datetime import datetime, timedelta

import pytest

from directory.national.feed_parts import read_feed
from directory.national.feed_reading import read_address, read_file, write_feed
from directory.national.replica_parts import gather_from_replica
from directory.national.report import figures
from directory.replica.publishing import publish_record
from federation.actors.identities import actor_document, update_profile
from federation.fetching.fetch import FEED
from federation.fetching.signed_fetch import fetch_signed
from schemas.errors import GaveUp, InvalidInput
from schemas.objects import wire_type
from tests.records import AREA, INITIATIVE, entry


def release(value, **fields):
    told = {"indicator": "nl:diners", "indicatorVersion": 1, "value": value, "errorBar": 12}
    told |= {"mechanism": "discrete-laplace", "epsilon": 0.25, "sensitivity": 1}
    period = {"start": "2126-04-01", "end": "2126-06-30"}
    document = {**wire_type("OutcomeRelease"), "name": "Eters", "period": period, "figures": [told]}
    return document | {"guarantee": "Ongeveer.", **fields}


def publish(node, activity_type, document):
    return node.do(
        lambda session, identity: publish_record(session, node.settings, identity, activity_type, document)
    )


def tell_of_itself(node, number):
    initiative = INITIATIVE | {"areas": [AREA], "membersBand": "10-24", "foundedOn": 2010 + number}

    def work(session, identity):
        update_profile(session, identity, name=node.name.title(), summary="", initiative=initiative)
        document = actor_document(session, node.settings, identity)
        publish_record(session, node.settings, identity, "Update", document)

    node.do(work)


@pytest.fixture
def country(network):
    """A hub with three villages that told something; one corrected it, one took it back."""
    hub = network.add("land", "hub")
    villages = [network.add(name, "village") for name in ("een", "twee", "drie")]
    for number, village in enumerate(villages):
        network.join(village, hub)
        tell_of_itself(village, number)
        made = publish(village, "Create", release(40 + number))
        if number == 1:
            publish(village, "Update", {**release(50), "id": made["object"]["id"]})
        if number == 2:
            publish(village, "Delete", made["object"]["id"])
    publish(hub, "Create", entry("Dorp zonder eigen node"))
    network.settle()
    return hub, villages


def fetched(hub, reader):
    def fetch(url):
        return fetch_signed(reader.runtime.database.engine, reader.settings, url, accept=FEED).document

    return list(read_address(fetch, f"{hub.url}/directory/feed"))


def shown(node):
    with node.runtime.database.session(write=False) as session:
        return figures(gather_from_replica(session))


def test_the_feed_alone_gives_what_every_node_shows(country, tmp_path):
    hub, villages = country
    activities = fetched(hub, villages[0])
    parts = read_feed(activities)
    found = figures(parts.gathered())
    assert parts.refused == []
    assert (found[0]["communities"], found[0]["reporting"], found[0]["reported"]["sum"]) == (3, 2, 90)
    for node in (hub, *villages):
        assert shown(node) == found
    write_feed(tmp_path / "feed", activities)
    assert figures(read_feed(read_file(tmp_path / "feed")).gathered()) == found
    for spoil, left in ((more, 0), (cheaper, 0), (elsewhere, 0)):
        check_spoiled(activities, spoil, left)
    check_forged(activities)


def more(document):
    if "figures" in document:
        document["figures"][0]["value"] += 1000


def cheaper(document):
    if "figures" in document:
        document["figures"][0]["epsilon"] = 5.0


def elsewhere(document):
    if "initiative" in document:
        document["initiative"]["areas"][0]["province"] = "NL-DR"


def check_spoiled(activities, spoil, left):
    """What was changed on the way is not believed; whose own document is changed has no keys any more."""
    spoiled = copy.deepcopy(activities)
    for activity in spoiled:
        if isinstance(activity["object"], dict):
            spoil(activity["object"])
    parts = read_feed(spoiled)
    found = figures(parts.gathered())
    assert len(parts.refused) >= 2, spoil
    assert sum(each["reporting"] for each in found) == left


def check_forged(activities):
    """A forged newer version of a release does not hide the true one."""
    forged = copy.deepcopy(next(each for each in activities if "figures" in each["object"]))
    at = datetime.fromisoformat(forged["object"]["updated"]) + timedelta(seconds=1)
    forged["object"]["updated"] = forged["published"] = at.isoformat()
    forged["object"]["figures"][0]["value"] = 9999
    parts = read_feed([*activities, forged])
    assert figures(parts.gathered())[0]["reported"]["sum"] == 90
    assert len(parts.refused) == 1


def test_an_odd_feed_is_refused(tmp_path):
    pages = {
        "https://hub.example/directory/feed": {"first": "https://hub.example/directory/feed?after=0"},
        "https://hub.example/directory/feed?after=0": {
            "orderedItems": [{"actor": "x"}],
            "next": "https://evil.example/",
        },
    }
    with pytest.raises(GaveUp):
        list(read_address(pages.__getitem__, "https://hub.example/directory/feed"))
    for text in ("", "geen feed", '["a"]', json.dumps({"orderedItems": "x"}) + "\n{"):
        (tmp_path / "file").write_text(text)
        if text:
            with pytest.raises(InvalidInput):
                read_file(tmp_path / "file")
    with pytest.raises(InvalidInput):
        read_file(tmp_path / "nothing")
    for odd in ({}, {"actor": 5, "object": []}, {"actor": "x", "object": {"type": "Note"}}):
        assert read_feed([odd]).gathered().figures == {}
