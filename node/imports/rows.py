"""A row of a list becomes the content of a listing, or says why it cannot."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from directory.search.folding import fold
from node.imports.values import Reader, Remark, clean, parts_of
from node.imports.whereabouts import NoPlace, Whereabouts, find_areas
from node.listings.content import Content, checked
from schemas.errors import InvalidInput
from schemas.messages import N_
from schemas.taxonomies import (
    ACCESSIBILITY,
    KINDS,
    LEGAL_FORMS,
    PHASES,
    SPOKEN_LANGUAGES,
    TARGET_GROUPS,
    THEMES,
)

NO_NAME = N_("This row has no name.")
NOT_VALID = N_("The value of “%(column)s” cannot be used.")


@dataclass(frozen=True)
class Read:
    """What a row says. ``content`` is None for a bad row; ``remarks`` then say why."""

    external_id: str
    name: str
    content: Content | None
    private_contact: dict[str, str] = field(default_factory=dict)
    remarks: list[Remark] = field(default_factory=list)


def read_row(
    columns: list[str],
    cells: list[str],
    mapping: dict[str, str],
    *,
    publish_contact: bool,
    formats: Mapping[str, str],
) -> Read:
    """Read one row by what its columns mean; ``formats`` are those that we know, by folded name."""
    told, names = _told(columns, cells, mapping)
    reader = Reader()
    name = " ".join(told.get("name", "").split())[:200]
    private = _private(told, publish_contact=publish_contact)
    try:
        areas = find_areas(Whereabouts(**{part: told.get(part, "") for part in Whereabouts.__annotations__}))
        if not name:
            raise NoPlace(Remark(NO_NAME))
        facts = _facts(reader, told, names, publish_contact=publish_contact)
        if "activities" in told:
            facts["activities"] = reader.formats(told["activities"], formats, names["activities"])
        initiative = {**facts, "areas": [each.as_area() for each in areas]}
        content = checked({"name": name, "summary": told.get("summary", "")[:2000], "initiative": initiative})
    except NoPlace as bad:
        return Read(_id_of(told, name, []), name, None, private, [bad.remark, *reader.remarks])
    except InvalidInput as bad:
        remarks = [Remark(NOT_VALID, {"column": each}) for each in _fields(bad)]
        return Read(_id_of(told, name, []), name, None, private, [*remarks, *reader.remarks])
    codes = [each.municipality_code for each in areas]
    return Read(_id_of(told, name, codes), name, content, private, reader.remarks)


def _told(
    columns: list[str], cells: list[str], mapping: dict[str, str]
) -> tuple[dict[str, str], dict[str, str]]:
    """The text of each meaning, and the column it stands in; several columns are joined."""
    told: dict[str, str] = {}
    names: dict[str, str] = {}
    for column, cell in zip(columns, cells, strict=True):
        target, text = mapping.get(column), clean(cell)
        if not target or not text:
            continue
        sign = "\n\n" if target == "summary" else "; "
        told[target] = f"{told[target]}{sign}{text}" if target in told else text
        names.setdefault(target, column)
    return told, names


def _facts(
    reader: Reader, told: dict[str, str], names: dict[str, str], *, publish_contact: bool
) -> dict[str, Any]:
    """The facts that a row tells; what it does not tell is not there."""
    lists = {
        "themes": (THEMES, 8),
        "targetGroups": (TARGET_GROUPS, 8),
        "languages": (SPOKEN_LANGUAGES, 12),
        "accessibility": (ACCESSIBILITY, 13),
    }
    facts: dict[str, Any] = {
        name: reader.codes(told[name], vocabulary, names[name], most)
        for name, (vocabulary, most) in lists.items()
        if name in told
    }
    facts |= {
        name: [part[:longest] for part in parts_of(told[name])][:most]
        for name, longest, most in (("otherNames", 200, 5), ("partners", 120, 20))
        if name in told
    }
    ways = {
        "legalForm": lambda text, column: reader.code(text, LEGAL_FORMS, column),
        "phase": lambda text, column: reader.code(text, PHASES, column),
        "foundedOn": reader.year,
        "volunteersBand": reader.band,
        "membersBand": reader.band,
        "hasSupporter": reader.yes_or_no,
        "kvkNumber": reader.kvk_number,
        "confirmedOn": reader.day,
        "closedOn": reader.day,
        "license": reader.license,
    }
    read = {name: way(told[name], names[name]) for name, way in ways.items() if name in told}
    facts |= {name: value for name, value in read.items() if value is not None}
    kind = reader.code(told["kind"], KINDS, names["kind"]) if "kind" in told else None
    contact = _contact(reader, told, names, publish_contact=publish_contact)
    return {**facts, "kind": kind or "other", "contact": contact}


def _contact(
    reader: Reader, told: dict[str, str], names: dict[str, str], *, publish_contact: bool
) -> dict[str, Any] | None:
    ways = {"website": reader.website}
    if publish_contact:
        ways |= {"email": reader.email, "telephone": reader.telephone}
    read = {name: way(told[name], names[name]) for name, way in ways.items() if name in told}
    return {name: value for name, value in read.items() if value} or None


def _private(told: dict[str, str], *, publish_contact: bool) -> dict[str, str]:
    """Whom the coordinator asks: the columns for that, else what may not be published."""
    private = {
        "name": told.get("privateName", "")[:120],
        "email": told.get("privateEmail", "")[:320],
        "telephone": told.get("privateTelephone", "")[:30],
    }
    if not publish_contact:
        private["email"] = private["email"] or told.get("email", "")[:320]
        private["telephone"] = private["telephone"] or told.get("telephone", "")[:30]
    return {name: value for name, value in private.items() if value}


def _id_of(told: dict[str, str], name: str, codes: list[str]) -> str:
    """The source's own id; else the name and the municipality, which stay the same most often."""
    own = told.get("externalId", "")
    return (own or f"{fold(name)} {' '.join(codes[:1])}".strip())[:200]


def _fields(bad: InvalidInput) -> list[str]:
    nested = bad.fields.get("initiative")
    beside = [name for name in bad.fields if name != "initiative"]
    return beside + (list(nested) if isinstance(nested, dict) else [])
