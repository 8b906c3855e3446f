"""What people do with indicators: read the whole set, define their own, change one, stop counting it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence
from typing import Any, Literal, cast

from marshmallow import ValidationError
from sqlalchemy import select
from sqlalchemy.orm import Session

from directory.replica.figures import ReleasedFigure
from federation.actors.identities import base_url
from federation.database import now
from federation.fetching.origins import authority_of
from node.indicators.models import LocalIndicator
from schemas.errors import Conflict, InvalidInput, NotFound
from schemas.indicator_rules import check_outcome
from schemas.indicators import NATIONAL, Indicator
from schemas.messages import N_
from schemas.objects import DefinitionSchema
from schemas.personal_data import HINTS, signs_in
from schemas.survey_indicators import CATALOGUE, SURVEYED
from schemas.yearly_indicators import YEARLY

EPSILON = 0.25
"""What one release of a local indicator costs; each person counts at most once."""
MOST = 30
"""Indicators of one village; each is a promise to count it."""
FIELDS = tuple(DefinitionSchema().fields)


def own_indicators(session: Session) -> list[LocalIndicator]:
    """Our own, in their last version, by name; those that are not counted any more last."""
    newest: dict[str, LocalIndicator] = {}
    for row in session.scalars(select(LocalIndicator).order_by(LocalIndicator.version)):
        newest[row.code] = row
    return sorted(newest.values(), key=lambda row: (row.retired_at is not None, row.name.lower(), row.code))


def countable(session: Session) -> list[Indicator]:
    """What may be counted here each quarter: the national ones for a village, and our own."""
    own = [as_indicator(row) for row in own_indicators(session) if row.retired_at is None]
    return [*NATIONAL.values(), *own]


def releasable(session: Session) -> list[Indicator]:
    """All that may be released here: what is counted each quarter, each year, and what surveys tell."""
    return [*countable(session), *YEARLY.values(), *SURVEYED.values()]


def current(session: Session, code: str) -> Indicator:
    """The definition by which a code is counted now. InvalidInput when it is not."""
    for indicator in releasable(session):
        if indicator.code == code:
            return indicator
    raise InvalidInput(fields={"indicator": [N_("Choose one of the list.")]})


def definition_of(session: Session, code: str, version: int) -> Indicator:
    """The definition by which something was counted, however old. NotFound when there was none."""
    if code in CATALOGUE:
        return CATALOGUE[code]
    row = session.get(LocalIndicator, (code, version))
    if row is None:
        raise NotFound(cause=f"indicator {code} version {version}")
    return as_indicator(row)


def known(session: Session, code: str) -> Indicator | None:
    """What this node knows of an indicator: national, our own, or told with a figure of somebody else."""
    if code in CATALOGUE:
        return CATALOGUE[code]
    own = _last(session, code)
    if own is not None:
        return as_indicator(own)
    query = (
        select(ReleasedFigure.definition, ReleasedFigure.indicator_version)
        .where(ReleasedFigure.indicator == code, ReleasedFigure.definition.is_not(None))
        .order_by(ReleasedFigure.indicator_version.desc())
        .limit(1)
    )
    told = session.execute(query).first()
    return None if told is None or not told[0] else _indicator(code, told[1], told[0])


def released_elsewhere(session: Session) -> Sequence[Indicator]:
    """What other villages count for themselves, as their figures tell."""
    query = select(ReleasedFigure.indicator).where(ReleasedFigure.definition.is_not(None)).distinct()
    own = {row.code for row in own_indicators(session)}
    codes = sorted(code for code in session.scalars(query) if code not in own)
    return [found for code in codes[:200] if (found := known(session, code)) is not None]


def define(session: Session, data: Any) -> LocalIndicator:
    """A new indicator of our own, under our own host. InvalidInput when it measures work, or is no good."""
    values = _load(data)
    code = f"{authority_of(base_url(session))}/{_slug(values['name'])}"
    if len(code) > 80:
        raise InvalidInput(fields={"name": [N_("This name is too long.")]})
    if _last(session, code) is not None:
        raise InvalidInput(fields={"name": [N_("We count something by this name already.")]})
    if len(own_indicators(session)) >= MOST:
        raise Conflict(
            N_("This village has very many figures of its own. Stop one that is not counted any more.")
        )
    return _add(session, LocalIndicator(code=code, version=1, **values))


def change(session: Session, slug: str, data: Any) -> LocalIndicator:
    """A new version of its definition: numbers from now on stand apart. The same again changes nothing."""
    last, values = find(session, slug), _load(data)
    if all(getattr(last, name) == value for name, value in values.items()):
        return last
    return _add(session, LocalIndicator(code=last.code, version=last.version + 1, **values))


def retire(session: Session, slug: str, *, is_over: bool) -> LocalIndicator:
    """Stop counting it, or take it up again. What was released stays."""
    last = find(session, slug)
    last.retired_at = (last.retired_at or now()) if is_over else None
    session.flush()
    return last


def find(session: Session, slug: str) -> LocalIndicator:
    """One of our own in its last version. Raises NotFound."""
    found = next((row for row in own_indicators(session) if row.slug == slug), None)
    if found is None:
        raise NotFound(N_("This figure does not exist."), cause=f"indicator {slug[:80]}")
    return found


def as_indicator(row: LocalIndicator) -> Indicator:
    """Our own as any other indicator."""
    return _indicator(row.code, row.version, {name: getattr(row, name) for name in FIELDS})


def told_on_the_wire(indicator: Indicator) -> dict[str, str] | None:
    """The definition that goes with a figure of our own; the national ones are known to everybody."""
    if indicator.code in CATALOGUE:
        return None
    parts = {"name": indicator.nl, "goal": indicator.goal_nl, "definition": indicator.definition_nl}
    parts |= {"unit": indicator.unit_nl, "instrument": indicator.instrument_nl}
    same = ("direction", "numerator", "denominator", "measured_by")
    told = DefinitionSchema().dump(parts | {name: getattr(indicator, name) for name in same})
    return cast("dict[str, str]", told)


def _indicator(code: str, version: int, told: dict[str, Any]) -> Indicator:
    """One of a village's own: it speaks one language, and each person counts at most once."""
    texts = {
        f"{part}_{language}": told[part]
        for part in ("unit", "goal", "definition", "instrument")
        for language in ("nl", "en")
    }
    return Indicator(
        code=code,
        version=version,
        nl=told["name"],
        en=told["name"],
        direction=cast("Literal['up', 'down', 'context']", told["direction"]),
        bound=1,
        epsilon=EPSILON,
        topic="wellbeing",  # what a village counts for itself may be about health; rounding holds it for that
        numerator=told["numerator"],
        denominator=told["denominator"],
        measured_by=told["measured_by"],
        **texts,
    )


def _load(data: Any) -> dict[str, Any]:
    try:
        values: dict[str, Any] = DefinitionSchema().load(data)
    except ValidationError as error:
        raise InvalidInput(fields=error.messages_dict) from None
    check_outcome(values["name"], values["definition"], values["unit"], values["goal"])
    personal = {name: [HINTS[signs[0]]] for name, text in values.items() if (signs := signs_in(text))}
    if personal:
        raise InvalidInput(fields=personal)
    return values


def _add(session: Session, row: LocalIndicator) -> LocalIndicator:
    session.add(row)
    session.flush()
    return row


def _last(session: Session, code: str) -> LocalIndicator | None:
    query = select(LocalIndicator).where(LocalIndicator.code == code)
    return session.scalars(query.order_by(LocalIndicator.version.desc()).limit(1)).first()


def _slug(name: str) -> str:
    """“Mensen in de moestuin” becomes ``mensen-in-de-moestuin``."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    slug = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")[:40].strip("-")
    if not slug:
        raise InvalidInput(fields={"name": [N_("Please fill this in.")]})
    return slug
