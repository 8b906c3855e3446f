"""Finding entries that are probably one initiative: all pairs of the directory, or those like a draft."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session, aliased

from directory.matching.keys import MatchKey, code_of, contact_keys, keys_of
from directory.matching.scoring import POSSIBLE, Score, score
from directory.matching.traits import Traits, traits_of
from directory.replica.entries import Entry
from directory.search.service import search

MOST_HOLDERS = 40
"""A key that more entries have tells nothing: their pairs are not looked at for it."""
BATCH = 500
MOST_CANDIDATES = 200
MOST_BY_NAME = 10
WORTH_A_LOOK = 0.3
"""While somebody types: a glance is cheap, a duplicate is not."""


@dataclass(frozen=True)
class Pair:
    """Two entries that may be one initiative; the address of ``left`` comes first in the alphabet."""

    left: Entry
    right: Entry
    score: Score


@dataclass(frozen=True)
class Match:
    """An entry that may be the same as what somebody describes."""

    entry: Entry
    score: Score


def find_pairs(session: Session, *, least: float = POSSIBLE) -> list[Pair]:
    """Pairs of entries with at least this likelihood, the likeliest first."""
    pairs = _candidate_pairs(session)
    entries = _entries(session, {document_id for pair in pairs for document_id in pair})
    traits = {document_id: traits_of_entry(entry) for document_id, entry in entries.items()}
    holders = count_holders(session, traits.values())
    found = [
        _pair(entries[one], entries[other], score(traits[one], traits[other], holders))
        for one, other in pairs
        if one in traits and other in traits
    ]
    likely = [pair for pair in found if pair.score.likelihood >= least]
    return sorted(likely, key=lambda pair: (-pair.score.likelihood, pair.left.uri, pair.right.uri))


def find_matches(
    session: Session,
    name: str,
    initiative: dict[str, Any],
    *,
    least: float = WORTH_A_LOOK,
    without: Collection[str] = (),
    limit: int = 5,
) -> list[Match]:
    """Entries like a description that somebody is writing; any part of it may still be missing.

    ``initiative`` is as on the wire. ``without`` are addresses that are not asked for.
    """
    draft = traits_of(name[:200], initiative)
    ids = _sharing_a_key(session, draft) | _found_by_name(session, name)
    entries = {i: each for i, each in _entries(session, ids).items() if each.uri not in without}
    holders = count_holders(session, [draft])
    scored = [Match(entry, score(draft, traits_of_entry(entry), holders)) for entry in entries.values()]
    likely = [match for match in scored if match.score.likelihood >= least]
    return sorted(likely, key=lambda match: (-match.score.likelihood, match.entry.uri))[:limit]


def traits_of_entry(entry: Entry) -> Traits:
    """The traits of an entry of the directory."""
    areas = [
        {
            "placeId": area.place_id,
            "name": area.name,
            "municipality": area.municipality,
            "municipalityCode": area.municipality_code,
            "latitude": area.latitude,
            "longitude": area.longitude,
        }
        for area in entry.areas
    ]
    facts = {
        "areas": areas,
        "contact": entry.contact,
        "kind": entry.kind,
        "kvkNumber": entry.kvk_number,
        "otherNames": entry.other_names,
    }
    return traits_of(entry.name, facts)


def count_holders(session: Session, traits: Iterable[Traits]) -> Mapping[str, int]:
    """How many entries have each contact trait of these initiatives."""
    texts = {code_of(key): text for each in traits for key, text in contact_keys(each).items()}
    counts: dict[str, int] = {}
    codes = sorted(texts)
    for start in range(0, len(codes), BATCH):
        query = (
            select(MatchKey.code, func.count())
            .where(MatchKey.code.in_(codes[start : start + BATCH]))
            .group_by(MatchKey.code)
        )
        for code, count in session.execute(query):
            counts[texts[code]] = max(counts.get(texts[code], 0), count)
    return counts


def _candidate_pairs(session: Session) -> list[tuple[int, int]]:
    """Pairs of document ids that share a key; each once, the lower first."""
    common = (
        select(MatchKey.code).group_by(MatchKey.code).having(func.count() > 1, func.count() <= MOST_HOLDERS)
    )
    one, other = aliased(MatchKey), aliased(MatchKey)
    query = (
        select(one.document_id, other.document_id)
        .join(other, (other.code == one.code) & (other.document_id > one.document_id))
        .where(one.code.in_(common))
        .distinct()
        .order_by(one.document_id, other.document_id)
    )
    return [(left, right) for left, right in session.execute(query)]


def _entries(session: Session, ids: Collection[int]) -> dict[int, Entry]:
    listed = sorted(ids)
    found: dict[int, Entry] = {}
    for start in range(0, len(listed), BATCH):
        rows = session.scalars(select(Entry).where(Entry.document_id.in_(listed[start : start + BATCH])))
        found |= {entry.document_id: entry for entry in rows}
    return found


def _sharing_a_key(session: Session, draft: Traits) -> set[int]:
    codes = sorted({code_of(key) for key in keys_of(draft)})[:BATCH]
    query = select(MatchKey.document_id).where(MatchKey.code.in_(codes)).limit(MOST_CANDIDATES)
    return set(session.scalars(query.distinct()))


def _found_by_name(session: Session, name: str) -> set[int]:
    """What search finds for the name: it knows typing errors and compounds, in all municipalities."""
    if len(name.strip()) < 3:
        return set()
    uris = [hit.uri for hit in search(session, name, kinds=("entry",), per_page=MOST_BY_NAME).hits]
    return set(session.scalars(select(Entry.document_id).where(Entry.uri.in_(uris))))


def _pair(one: Entry, other: Entry, scored: Score) -> Pair:
    left, right = sorted((one, other), key=lambda entry: entry.uri)
    return Pair(left, right, scored)
