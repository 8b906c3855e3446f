"""The hub's 2,000 invented initiatives: published as the hub publishes everything, in batches."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from deploy.words import say
from directory.example_data import COUNT, examples, object_uri
from directory.publishing import publish_record
from directory.records import Record
from federation.identities import base_url, get_identity
from federation.settings import Settings
from schemas.messages import N_

BATCH = 250


def publish_missing(session: Session, settings: Settings) -> None:
    """Publish those that are not there yet, and say how far it is."""
    home, hub = base_url(session), get_identity(session, "hub")
    known = set(session.scalars(select(Record.uri)))
    for index, content in enumerate(examples()):
        uri = object_uri(home, index)
        if uri in known:
            continue
        publish_record(session, settings, hub, "Create", content | {"id": uri})
        if (index + 1) % BATCH == 0:
            session.commit()
            say(N_("  %(done)s of %(total)s initiatives (example data)"), done=index + 1, total=COUNT)
