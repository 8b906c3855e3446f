"""Communities and released figures as this node's own replica has them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from directory.geography.places import gazetteer
from directory.national.parts import Community, Gathered, Released, gather
from directory.replica.entries import Entry, EntryArea
from directory.replica.figures import ReleasedFigure
from directory.replica.records import Record
from schemas.indicators import NATIONAL_PREFIX


def gather_from_replica(session: Session, indicator: str | None = None) -> Gathered:
    """All communities with a node, and the figures of one indicator or of all."""
    return gather(_communities(session), _figures(session, indicator))


def known_indicators(session: Session) -> list[str]:
    """The national indicators of which anything was released."""
    query = select(ReleasedFigure.indicator).distinct().order_by(ReleasedFigure.indicator)
    return [code for code in session.scalars(query) if code.startswith(NATIONAL_PREFIX)]


def _communities(session: Session) -> list[Community]:
    provinces: dict[int, list[str]] = {}
    places: dict[int, list[int]] = {}
    areas = select(EntryArea.document_id, EntryArea.province, EntryArea.place_id)
    with_a_node = areas.join(Entry, Entry.document_id == EntryArea.document_id).where(Entry.has_node)
    for document_id, province, place_id in session.execute(with_a_node.order_by(EntryArea.position)):
        provinces.setdefault(document_id, []).append(province)
        places.setdefault(document_id, []).append(place_id)
    query = (
        select(
            Entry.document_id,
            Entry.uri,
            Entry.themes,
            Entry.members_band,
            Entry.founded_on,
            Record.document["published"].as_string(),
            Entry.closed_on,
            Entry.is_example,
        )
        .join(Record, Record.uri == Entry.uri)
        .where(Entry.has_node)
    )
    return [
        Community(
            uri,
            tuple(sorted(set(provinces.get(document_id, [])))),
            tuple(themes),
            band,
            founded_on,
            day_of(since),
            closed_on,
            bool(is_example),
            inhabitants_of(places.get(document_id, [])),
        )
        for document_id, uri, themes, band, founded_on, since, closed_on, is_example in session.execute(query)
    ]


def inhabitants_of(place_ids: Iterable[int]) -> int | None:
    """The people of these places together; None when of any of them it is not known how many."""
    places = [gazetteer().by_id.get(place_id) for place_id in set(place_ids)]
    numbers = [place.population or 0 if place else 0 for place in places]
    return sum(numbers) if numbers and all(numbers) else None


def day_of(instant: str | None) -> date | None:
    """The day of an instant as it travels; None when there is none."""
    return None if instant is None else datetime.fromisoformat(instant).date()


def _figures(session: Session, indicator: str | None) -> list[Released]:
    query = select(
        ReleasedFigure.uri,
        ReleasedFigure.owner_uri,
        ReleasedFigure.indicator,
        ReleasedFigure.indicator_version,
        ReleasedFigure.period_start,
        ReleasedFigure.period_end,
        ReleasedFigure.value,
        ReleasedFigure.epsilon,
        ReleasedFigure.sensitivity,
        func.coalesce(ReleasedFigure.published_at, ReleasedFigure.released_at),
        ReleasedFigure.example_data,
        ReleasedFigure.denominator,
    )
    if indicator is not None:
        query = query.where(ReleasedFigure.indicator == indicator)
    return [Released(*row) for row in session.execute(query)]
