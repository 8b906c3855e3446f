"""Messages that Alice sends to our inbox, well signed."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from sqlalchemy import func, select

from federation.receiving.inbox import InboxActivity
from federation.signatures.message import Message
from tests.federation.conftest import BASE
from tests.federation.remote import ALICE, message

ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
"""For checks that no database can change: once is enough."""

INBOX = f"{BASE}/inbox"
SCHEMES = ("rfc9421", "cavage")
OTHER = "https://elders.example/actors/bob"
"""Alice's neighbour, on her server."""

Change = Callable[[Message], Message]
METHOD, URI, CONTENT = '"@method"', '"@target-uri"', '"content-digest"'


def note(**changes):
    """A Create that Alice may send."""
    thing = {
        "id": "https://elders.example/objects/1",
        "type": "Note",
        "attributedTo": ALICE,
        "content": "Dag",
    }
    activity = {
        "@context": "https://www.w3.org/ns/activitystreams",
        "id": "https://elders.example/activities/1",
        "type": "Create",
        "actor": ALICE,
        "object": thing,
    }
    return {**activity, **changes}


def signed(scheme: str, activity=None, **options) -> Message:
    return message(note() if activity is None else activity, url=INBOX, actor=ALICE, scheme=scheme, **options)


def with_header(found: Message, name: str, value: str | None) -> Message:
    kept = [(key, text) for key, text in found.headers if key.lower() != name.lower()]
    return replace(found, headers=tuple(kept + ([(name, value)] if value is not None else [])))


def count(session) -> int:
    return session.scalar(select(func.count()).select_from(InboxActivity))
