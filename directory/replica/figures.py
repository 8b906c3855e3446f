"""The released figures of the network: each with its error bar, its guarantee and what it cost.

The signed document stays in `Record`; this is a projection that can be rebuilt from it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from typing import Any

from marshmallow import EXCLUDE
from sqlalchemy import BigInteger, String, Text, delete, null, select
from sqlalchemy.orm import Mapped, Session, mapped_column

from directory.replica.records import Record
from directory.search import service as search
from federation.database import Base, JsonDocument
from federation.fetching.origins import authority_of
from federation.sending.firewall import schema_of
from schemas.indicators import NATIONAL_PREFIX
from schemas.objects import OBJECTS

KIND = "outcome"


class ReleasedFigure(Base):
    """One figure of one release: a noisy value, never a raw one."""

    __tablename__ = "released_figure"

    uri: Mapped[str] = mapped_column(String(2000), primary_key=True)
    position: Mapped[int] = mapped_column(primary_key=True)
    owner_uri: Mapped[str] = mapped_column(String(2000), index=True)
    name: Mapped[str] = mapped_column(String(200))
    indicator: Mapped[str] = mapped_column(String(80), index=True)
    indicator_version: Mapped[int] = mapped_column(BigInteger)
    period_start: Mapped[date]
    period_end: Mapped[date]
    value: Mapped[int] = mapped_column(BigInteger)
    error_bar: Mapped[int] = mapped_column(BigInteger)
    """± at 95 %."""
    epsilon: Mapped[float]
    sensitivity: Mapped[int] = mapped_column(BigInteger)
    guarantee: Mapped[str] = mapped_column(Text)
    example_data: Mapped[bool] = mapped_column(default=False)
    released_at: Mapped[datetime]
    definition: Mapped[dict[str, Any] | None] = mapped_column(JsonDocument)
    """What an indicator of the owner's own means (`schemas.objects.DefinitionSchema`)."""
    denominator: Mapped[int | None] = mapped_column(BigInteger)
    """The public number it is read beside."""
    replaces_uri: Mapped[str | None] = mapped_column(String(2000))
    """The release that this one corrects, as its owner says; which one counts is decided by time alone."""
    correction_reason: Mapped[str | None] = mapped_column(String(40))
    published_at: Mapped[datetime | None]
    """When it was released first, whatever was signed anew since; empty in rows from before it was kept."""


def project(session: Session, record: Record, content: dict[str, Any]) -> None:
    """Store the figures of a verified release in place of an older version of it.

    ``content`` is the document as it travels (schemas.objects.OutcomeReleaseObjectSchema).
    """
    loaded = schema_of(OBJECTS["OutcomeRelease"]).load(content, unknown=EXCLUDE)
    _forget(session, record.uri)
    session.add_all(
        _figure(record, loaded, position, figure)
        for position, figure in enumerate(loaded["figures"])
        if is_in_own_name(figure["indicator"], record.owner_uri, loaded["also_known_as"] or ())
    )
    session.flush()
    if not loaded["figures"]:  # that something was not counted is read on the page, and searched by nobody
        search.remove(session, record.uri)
        return
    search.index_document(
        session, record.uri, kind=KIND, title=loaded["name"], texts=[loaded["guarantee"]], place_names=()
    )


def remove(session: Session, uri: str) -> None:
    """Take a withdrawn release off the pages and out of the index."""
    _forget(session, uri)
    search.remove(session, uri)


def list_figures(
    session: Session, *, indicator: str | None = None, owner_uri: str | None = None, most: int = 500
) -> Sequence[ReleasedFigure]:
    """Released figures, newest period first."""
    query = select(ReleasedFigure)
    if indicator is not None:
        query = query.where(ReleasedFigure.indicator == indicator)
    if owner_uri is not None:
        query = query.where(ReleasedFigure.owner_uri == owner_uri)
    order = (ReleasedFigure.period_start.desc(), ReleasedFigure.owner_uri, ReleasedFigure.position)
    return session.scalars(query.order_by(*order).limit(most)).all()


def replaced_uris(figures: Iterable[ReleasedFigure]) -> dict[str, str]:
    """Of the releases that were corrected: by which one. As in national figures the last published counts."""
    last: dict[tuple[str, str, int, date, date], ReleasedFigure] = {}
    replaced: dict[str, str] = {}
    for each in sorted(figures, key=lambda figure: (figure.published_at or figure.released_at, figure.uri)):
        key = each.owner_uri, each.indicator, each.indicator_version, each.period_start, each.period_end
        before = last.get(key)
        if before is not None and before.uri != each.uri:
            replaced[before.uri] = each.uri
        last[key] = each
    return replaced


def is_in_own_name(indicator: str, owner_uri: str, former_uris: Iterable[str] = ()) -> bool:
    """Whether an owner may use this indicator: a national one, or one under a host that is or was its own."""
    host, slash, _slug = indicator.partition("/")
    if not slash:
        return indicator.startswith(NATIONAL_PREFIX)
    return host in {authority_of(uri) for uri in (owner_uri, *former_uris)}


def _forget(session: Session, uri: str) -> None:
    session.execute(delete(ReleasedFigure).where(ReleasedFigure.uri == uri))


def _figure(record: Record, loaded: dict[str, Any], position: int, figure: dict[str, Any]) -> ReleasedFigure:
    return ReleasedFigure(
        uri=record.uri,
        position=position,
        owner_uri=record.owner_uri,
        name=loaded["name"],
        indicator=figure["indicator"],
        indicator_version=figure["indicator_version"],
        period_start=loaded["period"]["start"],
        period_end=loaded["period"]["end"],
        value=figure["value"],
        error_bar=figure["error_bar"],
        epsilon=figure["epsilon"],
        sensitivity=figure["sensitivity"],
        guarantee=loaded["guarantee"],
        example_data=loaded["example_data"],
        released_at=record.updated_at,
        definition=figure["definition"] or null(),  # SQL's, not the null of JSON
        published_at=loaded["published"],
        denominator=figure["denominator"],
        replaces_uri=loaded["replaces"],
        correction_reason=loaded["correction_reason"],
    )
