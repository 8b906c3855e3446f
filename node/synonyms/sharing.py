"""A hub tells its network what its groups of synonyms became: a record for each that is not the program's."""

from __future__ import annotations

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from directory.replica.publishing import publish_record
from directory.search.synonym_changes import PROGRAM_GROUPS, SynonymChange, latest_changes
from federation.actors.identities import Identity, find_identity
from federation.settings import Settings
from schemas.objects import Document, wire_type


def share(session: Session, settings: Settings) -> int:
    """Tell of every group whose last change was not told yet; returns how many. Nothing without a hub."""
    hub = find_identity(session, "hub")
    if hub is None:
        return 0
    untold = [change for change in latest_changes(session).values() if change.object_uri is None]
    records = _records(session)
    for change in sorted(untold, key=lambda change: change.id):
        change.object_uri = _tell(session, settings, hub, change, records.get(change.name, ""))
    session.flush()
    return len(untold)


def _tell(session: Session, settings: Settings, hub: Identity, change: SynonymChange, uri: str) -> str:
    """Publish what the group became; returns the address of its record, "" when it needs none."""
    if list(change.terms) == list(PROGRAM_GROUPS.get(change.name, ())):
        if uri:
            publish_record(session, settings, hub, "Delete", uri)
        return ""
    document: Document = {**wire_type("SynonymGroup"), "name": change.name, "terms": list(change.terms)}
    if uri:
        activity = publish_record(session, settings, hub, "Update", {**document, "id": uri})
    else:
        activity = publish_record(session, settings, hub, "Create", document)
    return str(activity["object"]["id"])


def _records(session: Session) -> dict[str, str]:
    """The living record of each group, by name; "" where it was withdrawn."""
    told = select(func.max(SynonymChange.id)).where(SynonymChange.object_uri.is_not(None))
    rows = select(SynonymChange.name, SynonymChange.object_uri).where(
        SynonymChange.id.in_(told.group_by(SynonymChange.name))
    )
    return {name: uri or "" for name, uri in session.execute(rows)}
