"""Communities and released figures from the signed activities of a feed, and from nothing else.

Whoever has the feed of a hub can make the national figures again. Every release is believed for its own
proof; the keys come from the communities' own documents in the same feed, each proven by itself.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from marshmallow import EXCLUDE

from directory.national.parts import Community, Gathered, Released, gather
from directory.national.replica_parts import day_of, inhabitants_of
from directory.replica.changes import Change, read_change
from directory.replica.versions import digest_of
from federation.actors.actor_documents import ed25519_keys_in
from federation.sending.firewall import schema_of
from federation.signatures.proofs import verify
from schemas.errors import AppError
from schemas.objects import OBJECTS, Document

ACTOR, RELEASE = "Organization", "OutcomeRelease"


@dataclass
class FeedParts:
    """What a feed holds: the versions of each record, and what could not be believed."""

    versions: dict[str, list[Change]] = field(default_factory=dict)
    refused: list[str] = field(default_factory=list)
    """What was refused, and why."""

    def add(self, activity: Document) -> None:
        """Take one activity of the feed; what is no record of a community or a release is passed over."""
        try:
            change = read_change(activity)
        except AppError as error:
            self._refuse(activity.get("id"), error)
            return
        is_own_document = change.type == ACTOR and change.uri == change.owner_uri
        if is_own_document or change.type in (RELEASE, "Tombstone"):
            self.versions.setdefault(change.uri, []).append(change)

    def gathered(self) -> Gathered:
        """The parts of national figures. Call it when all activities are there."""
        keys = self._keys()
        told = [
            uri for uri, versions in self.versions.items() if any(not each.is_deletion for each in versions)
        ]
        stands = [newest for uri in told if (newest := self._newest(uri, keys)) is not None]
        living = [each for each in stands if not each.is_deletion]
        communities = [_community(each) for each in living if _is_community(each)]
        figures = [figure for each in living if each.type == RELEASE for figure in _figures(each)]
        return gather(communities, figures)

    def _keys(self) -> dict[str, dict[str, str]]:
        """The keys of each community: of its newest document that proves itself."""
        found: dict[str, dict[str, str]] = {}
        for uri, versions in self.versions.items():
            if any(_is_community(each) for each in versions):
                newest = self._newest(uri, {})
                found[uri] = ed25519_keys_in(newest.document) if newest else {}
        return found

    def _newest(self, uri: str, keys: dict[str, dict[str, str]]) -> Change | None:
        """The last version of a record that is proven; an unproven one never hides it."""
        for change in sorted(self.versions[uri], key=_order, reverse=True):
            given = keys.get(change.owner_uri)
            if given is None and uri == change.owner_uri:
                given = ed25519_keys_in(change.document)
            try:
                verify(change.document, owner_uri=change.owner_uri, keys=given or {})
            except AppError as error:
                self._refuse(uri, error)
            else:
                return change
        return None

    def _refuse(self, uri: object, error: AppError) -> None:
        line = f"{str(uri)[:500]}: {str(error)[:300]}"
        if line not in self.refused:
            self.refused.append(line)


def _order(change: Change) -> tuple[datetime, bool, str]:
    """As `directory.replica.versions`: the latest, of two at once the deletion or the larger digest."""
    return change.updated_at, change.is_deletion, digest_of(change)


def _is_community(change: Change) -> bool:
    """Whether it is the own document of a community with a node that tells of itself."""
    is_actor = change.type == ACTOR and change.uri == change.owner_uri
    return is_actor and not change.is_deletion and bool(change.document.get("initiative"))


def read_feed(activities: Iterable[Document]) -> FeedParts:
    """All that these activities say."""
    parts = FeedParts()
    for activity in activities:
        parts.add(activity)
    return parts


def _community(change: Change) -> Community:
    told: dict[str, Any] = change.document["initiative"]
    return Community(
        change.uri,
        tuple(sorted({area["province"] for area in told["areas"]})),
        tuple(told.get("themes", [])),
        told.get("membersBand"),
        told.get("foundedOn"),
        day_of(change.document.get("published")),
        date.fromisoformat(told["closedOn"]) if told.get("closedOn") else None,
        bool(told.get("exampleData")),
        inhabitants_of(area["placeId"] for area in told["areas"]),
    )


def _figures(change: Change) -> list[Released]:
    content = schema_of(OBJECTS[RELEASE]).load(change.document, unknown=EXCLUDE)
    return [
        Released(
            change.uri,
            change.owner_uri,
            each["indicator"],
            each["indicator_version"],
            content["period"]["start"],
            content["period"]["end"],
            each["value"],
            each["epsilon"],
            each["sensitivity"],
            content["published"],
            content["example_data"],
            each["denominator"],
        )
        for each in content["figures"]
    ]
