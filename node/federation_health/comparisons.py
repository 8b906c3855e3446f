"""What came of comparing with our hubs: whether we have what they list, and whether keys agree."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from directory.relaying.reconciliation import Reconciliation, reconciliations
from directory.replica.owners import names_of
from federation.database import now
from federation.relations.follows import joined_hubs
from federation.relations.key_comparisons import Difference, Progress, differences, progress

STATES = ("never", "asked", "going", "failed", "well", "mended", "missing")
"""Not compared yet, asked for, under way, not completed, nothing found, found and mended, not all mended."""


@dataclass(frozen=True)
class HubComparison:
    """The last comparison with one hub of ours, in so far as it was made."""

    hub_uri: str
    name: str
    row: Reconciliation | None

    @property
    def state(self) -> str:
        """One of `STATES`."""
        row = self.row
        if row is None:
            return "never"
        if row.due_at <= now() and not row.started_at:
            return "asked"
        if row.error:
            return "failed"
        if row.started_at or row.finished_at is None:
            return "going" if row.started_at else "never"
        if row.mended < row.different:
            return "missing"
        return "mended" if row.different else "well"

    @property
    def next_at(self) -> datetime | None:
        """When we compare again by ourselves."""
        return self.row.due_at if self.row else None


@dataclass(frozen=True)
class KeyDifference:
    """A list and its member's own server that name different keys, with the names of both."""

    difference: Difference
    hub: str
    member: str

    @property
    def is_fault_of_hub(self) -> bool:
        """Whether the list is to be looked at, rather than the member."""
        return self.difference.at_fault == "hub"


@dataclass(frozen=True)
class Comparisons:
    """All of it."""

    hubs: list[HubComparison]
    differences: list[KeyDifference]
    keys: Progress


def comparisons(session: Session) -> Comparisons:
    """What came of comparing with our hubs and with their members."""
    rows = {row.hub_uri: row for row in reconciliations(session)}
    found = differences(session)
    names = names_of(session, [uri for each in found for uri in (each.hub_uri, each.actor_uri)])
    return Comparisons(
        hubs=[
            HubComparison(hub.uri, hub.name or hub.host, rows.get(hub.uri)) for hub in joined_hubs(session)
        ],
        differences=[KeyDifference(each, names[each.hub_uri], names[each.actor_uri]) for each in found],
        keys=progress(session),
    )
