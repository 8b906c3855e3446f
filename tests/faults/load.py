"""Load on a network: formats that a village publishes, messages that a stranger's server posts.

Each thread remembers what it was promised: a 2xx, or a 202 of an inbox. Only promises count.
"""

from __future__ import annotations

import itertools
import threading
import time
from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

import requests

from federation.actors.keys import ed25519_key_id
from federation.database import now
from federation.sending.outbox import instant
from federation.signatures.proofs import sign
from schemas.context import CONTEXT
from tests.federation.remote import ALICE, key_pair, message
from tests.journeys.program import Program
from tests.records import template

Document = dict[str, Any]


class Load(ABC):
    """A thread that does one thing after another until it is stopped."""

    pause = 0.02  # seconds between two, so that the machine has time for the nodes

    def __init__(self) -> None:
        self.promised: list[str] = []
        self.attempted: list[str] = []
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._run)

    @abstractmethod
    def once(self, number: int) -> str:
        """Do it; gives its name when the node promised, ``""`` when it did not."""

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self) -> None:
        """End after the one that is under way."""
        self._stop.set()
        self._thread.join()

    def _run(self) -> None:
        for number in itertools.count():
            if self._stop.is_set():
                return
            try:
                promised = self.once(number)
            except requests.RequestException:
                promised = ""  # the node was killed while it answered: nothing was promised
            if promised:
                self.promised.append(promised)
            time.sleep(self.pause)


class Publishing(Load):
    """Formats, written and published through the API of a village."""

    def __init__(self, program: Program) -> None:
        super().__init__()
        self._program = program

    def once(self, number: int) -> str:
        name = f"Format in de storm {number}"
        self.attempted.append(name)
        body = {"name": name, "sections": [{"key": "goal", "text": "Samen blijven."}]}
        draft = self._program.ask("POST", "/templates", body)
        if draft.status_code != 201:
            return ""
        published = self._program.ask("POST", f"/templates/{draft.json()['id']}/publish", {})
        return name if published.status_code == 200 else ""


class Posting(Load):
    """Signed messages of ALICE to an inbox; each second one comes twice, with a second signature."""

    def __init__(self, inbox: str) -> None:
        super().__init__()
        self._inbox = inbox
        self._http = requests.Session()
        self._http.trust_env = False

    def once(self, number: int) -> str:
        activity = proven_create(number)
        self.attempted.append(activity["id"])
        answers = [self.post(activity, scheme) for scheme in ("rfc9421", "cavage")[: 1 + number % 2]]
        return activity["id"] if 202 in answers else ""

    def post(self, activity: Document, scheme: str) -> int:
        """Post one activity; gives the status of the answer."""
        sent = message(activity, url=self._inbox, actor=ALICE, scheme=scheme)
        return self._http.post(
            self._inbox, data=sent.body, headers=dict(sent.headers), timeout=20
        ).status_code


def proven_create(number: int) -> Document:
    """The Create of a format of ALICE's, with its proofs."""
    at, home = instant(now()), ALICE.split("/actors/")[0]
    document = {
        "@context": CONTEXT,
        **template(f"Format van elders {number}"),
        "id": f"{home}/objects/{number}",
        "attributedTo": ALICE,
        "published": at,
        "updated": at,
    }
    envelope = {
        "@context": CONTEXT,
        "id": f"{home}/activities/{number}",
        "type": "Create",
        "actor": ALICE,
        "published": at,
        "object": _proven(document),
    }
    return _proven(envelope)


def _proven(document: Document) -> Document:
    return sign(document, key_pair(), ed25519_key_id(ALICE), now())


@contextmanager
def under_load(*loads: Load) -> Iterator[None]:
    """Run loads side by side until the block ends."""
    with ExitStack() as stack:
        for load in loads:
            load.start()
            stack.callback(load.stop)
        yield
