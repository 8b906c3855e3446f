"""A record that becomes one of another type: nothing of what it was stays, and nothing of it outlives it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from directory.freshness.models import ToldUnreachable
from directory.replica import ingest
from directory.replica.entries import Entry
from directory.replica.events import KnownEvent
from directory.replica.records import Record
from directory.replica.showing import show_records
from directory.replica.stories import KnownStory
from directory.replica.synonym_groups import KnownSynonymGroup
from directory.replica.templates import KnownTemplate
from directory.search.index import SearchDocument
from federation.database import now
from federation.relations.standing import set_rule
from federation.sending.outbox import instant
from schemas.context import CONTEXT
from schemas.objects import wire_type
from tests.directory.test_refusals import OWNER, URI, envelope, keys, owner, signed
from tests.records import entry, event, story, template

__all__ = ["keys", "owner"]

SYNONYMS = {**wire_type("SynonymGroup"), "name": "eettafel", "terms": ["eettafel", "soepcafé"]}
TYPES = {
    "story": story(),
    "entry": entry("De Linde"),
    "event": event(),
    "template": template(),
    "synonyms": SYNONYMS,
    "told": {**wire_type("UnreachableEntry"), "entry": "https://weg.example/a", "since": "2026-01-01"},
}
SHOWN = {
    "story": (KnownStory, SearchDocument),
    "entry": (Entry, SearchDocument),
    "event": (KnownEvent, SearchDocument),
    "template": (KnownTemplate, SearchDocument),
    "synonyms": (KnownSynonymGroup,),
    "told": (ToldUnreachable,),
}
CHANGES = [
    ("story", "synonyms"),
    ("entry", "told"),
    ("synonyms", "story"),
    ("told", "event"),
    ("template", "entry"),
]


def tell(session, keys, kind, document, minute):
    at = instant(now() - timedelta(hours=1) + timedelta(minutes=minute))
    common = {"@context": CONTEXT, "id": URI, "attributedTo": OWNER, "published": at, "updated": at}
    return ingest.apply(session, envelope(keys, kind, signed(keys, {**document, **common}), at), via_uri=None)


def shown(session):
    """The tables in which this record is found."""
    session.flush()
    groups = KnownSynonymGroup.is_shown
    found = {
        model
        for model in (KnownStory, Entry, KnownEvent, KnownTemplate, ToldUnreachable, SearchDocument)
        if session.scalar(select(func.count()).select_from(model))
    }
    return found | ({KnownSynonymGroup} if session.scalar(select(func.count()).where(groups)) else set())


@pytest.fixture(params=CHANGES, ids="-".join)
def changed(request, session, owner, keys):
    """A record that was of one type and is of another."""
    before, after = request.param
    tell(session, keys, "Create", TYPES[before], 0)
    assert shown(session) == set(SHOWN[before])
    tell(session, keys, "Update", TYPES[after], 1)
    assert shown(session) == set(SHOWN[after])
    return session


def test_a_deletion_takes_all_of_it_away(changed, keys):
    tell(changed, keys, "Delete", {"type": "Tombstone"}, 2)
    assert shown(changed) == set()


def test_so_does_hiding_its_owner(changed):
    set_rule(changed, OWNER, "suspend", reason="because", by="test")
    show_records(changed, [changed.get_one(Record, URI)])
    assert shown(changed) == set()
