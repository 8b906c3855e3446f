"""One letter by the ordinary sender."""

from __future__ import annotations

import asyncio

from federation.sending.connections import Connections
from federation.sending.letters import Body, Letter, Manner, Sender
from federation.sending.posting import Poster
from federation.sending.rules import Outcome
from federation.settings import Settings
from tests.federation.remote import key_pair


def outcome_at(settings: Settings, inbox: str) -> Outcome:
    """What comes of one letter to an inbox."""

    async def send() -> Outcome:
        sender = Sender("http://127.0.0.1:8101/actors/server", key_pair())
        letter = Letter(0, inbox, "a.example", Body(b"{}"), sender, Manner(("cavage",)))
        return await Poster(settings, Connections(settings)).post(letter, keep=False)

    return asyncio.run(send())
