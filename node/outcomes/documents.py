"""A release as it travels: made from what was released alone, never from the raw number."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from sqlalchemy.orm import Session

from directory.replica.publishing import publish_record
from federation.actors.identities import base_url, get_identity
from federation.settings import Settings
from node.indicators.service import told_on_the_wire
from node.outcomes.guarantee import lead, to_html
from node.outcomes.models import OutcomeRelease
from node.outcomes.periods import Period, in_dutch
from schemas import fallback
from schemas.indicators import Indicator
from schemas.objects import Document, wire_type

NOT_COUNTED = "Niet geteld is iets anders dan nul. Het bestuur koos vooraf welke cijfers wij vertellen."


def publish(session: Session, settings: Settings, release: OutcomeRelease, replaces: str | None) -> None:
    """Sign and send it; ``replaces`` is the address of the release that it corrects."""
    identity = get_identity(session, "cooperative")
    document = outcome_document(release, f"{base_url(session)}/cijfers")
    if replaces is not None:
        document |= {"replaces": replaces, "correctionReason": release.measurement.correction_reason}
    activity = publish_record(session, settings, identity, "Create", document)
    release.object_uri = activity["object"]["id"]
    session.flush()


def outcome_document(release: OutcomeRelease, url: str) -> Document:
    """Value, error bar, what it cost, and the guarantee in words."""
    measurement = release.measurement
    name = f"{measurement.definition.nl}, {in_dutch(measurement.period)}"
    return {
        **wire_type("OutcomeRelease"),
        "name": name,
        "summary": fallback.plain(lead(release)),
        **fallback.in_language("nl", name, to_html(release, name, url)),
        "period": {
            "start": measurement.period_start.isoformat(),
            "end": measurement.period_end.isoformat(),
        },
        "figures": [_figure(release)],
        "guarantee": release.guarantee,
        "exampleData": measurement.example_data,
        "url": url,
    }


def _figure(release: OutcomeRelease) -> dict[str, Any]:
    measurement = release.measurement
    figure: dict[str, Any] = {
        "indicator": measurement.indicator,
        "indicatorVersion": measurement.indicator_version,
        "value": release.value,
        "errorBar": release.error_bar,
        "mechanism": "discrete-laplace",
        "epsilon": release.epsilon,
        "sensitivity": release.sensitivity,
    }
    if measurement.denominator is not None:
        figure["denominator"] = measurement.denominator
    if own := told_on_the_wire(measurement.definition):
        figure["definition"] = own
    return figure


def absence_document(period: Period, missing: Sequence[Indicator], url: str) -> Document:
    """Which figures of the table were not counted over a period. Nothing of it depends on any number."""
    name = f"Niet geteld, {in_dutch(period)}"
    names = ", ".join(each.nl for each in missing)
    text = f"Wij hebben dit in deze periode niet geteld: {names}. {NOT_COUNTED}"
    page = fallback.page([fallback.paragraph(text)], fallback.link_back("Onze tabel:", name, url))
    return {
        **wire_type("OutcomeRelease"),
        "name": name,
        "summary": fallback.plain(text),
        **fallback.in_language("nl", name, page),
        "period": {"start": period.start.isoformat(), "end": period.end.isoformat()},
        "figures": [],
        "notCounted": [each.code for each in missing],
        "guarantee": NOT_COUNTED,
        "exampleData": False,
        "url": url,
    }
