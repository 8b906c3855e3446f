"""What is derived from the records, for people to find: guide, map, search, formats, figures.

A record that was deleted, and one whose owner is hidden here, is taken out of all of it.
"""

from __future__ import annotations

from collections.abc import Iterable

from sqlalchemy.orm import Session

from directory.freshness import told
from directory.freshness.service import refresh
from directory.replica import entries, events, figures, stories, synonym_groups, templates
from directory.replica.entries import Projectable
from directory.replica.records import Record
from directory.replica.successors import note_successor
from directory.replica.visibility import hidden_owners

PROJECTIONS = {
    "ActivityTemplate": templates,
    "OutcomeRelease": figures,
    "Organization": entries,
    "PublicEvent": events,
    "Story": stories,
    "SynonymGroup": synonym_groups,
    "UnreachableEntry": told,
}


def show_records(session: Session, records: Iterable[Record]) -> None:
    """Bring what is derived from these records up to date with them and with this node's rules."""
    listed = list(records)
    hidden = hidden_owners(session, {record.owner_uri for record in listed})
    judged = told.entries_of(session, listed)
    organisations = []
    for record in listed:
        if record.deleted_at is not None:
            _remove(session, record)
            if record.type == "Organization":
                note_successor(session, record)
        elif record.owner_uri in hidden:
            forget(session, record)
        elif record.type == "Organization":
            organisations.append(Projectable(record, record.document))
        elif record.type in PROJECTIONS:
            PROJECTIONS[record.type].project(session, record, record.document)
    entries.project_all(session, organisations)
    judged |= told.entries_of(session, listed)
    if judged:  # once for all, and after the entries themselves
        refresh(session, judged)


def _remove(session: Session, record: Record) -> None:
    projection = PROJECTIONS.get(record.type)
    if projection is not None:
        projection.remove(session, record.uri)


def forget(session: Session, record: Record) -> None:
    """As if we never had it, as a record of the type it has now.

    A template would otherwise read as withdrawn by its owner, which it is not.
    """
    if record.type == "ActivityTemplate":
        templates.forget(session, record.uri)
    else:
        _remove(session, record)
