"""What travels beside a template and is no part of its content: its use, its grade, its ancestors.

A community tells these of its own published template. They say nothing of people: months, ranges and
codes of a closed list. They are outside the content hash, so that telling makes no new version.
"""

from __future__ import annotations

from datetime import date
from typing import Any
from urllib.parse import urlsplit

from marshmallow import ValidationError, fields, validate, validates_schema

from schemas.fields import Code, Text, Uri, WireSchema
from schemas.published import Document
from schemas.taxonomies import Vocabulary

STOP_REASONS = Vocabulary(
    "stop_reason",
    ("done", "het was klaar", "it was finished"),
    ("season", "het was voor een tijdje", "it was for a time only"),
    ("helpers", "te weinig mensen om het te dragen", "too few people to carry it"),
    ("participants", "er kwamen te weinig mensen", "too few people came"),
    ("money", "te weinig geld", "too little money"),
    ("place", "geen geschikte plek meer", "no suitable place any more"),
    ("rules", "regels, vergunning of verzekering", "rules, permits or insurance"),
    ("safety", "het was niet veilig genoeg", "it was not safe enough"),
    ("merged", "het ging op in iets anders", "it became part of something else"),
    ("other", "iets anders", "something else"),
)
"""Why an activity stopped. None of them points at a person; own words stay in the node."""

GRADES = Vocabulary(
    "grade",
    ("described", "goed beschreven", "well described"),
    ("founded", "goed onderbouwd", "well founded"),
    ("first_signs", "effectief volgens eerste aanwijzingen", "effective by first indications"),
    ("good_signs", "effectief volgens goede aanwijzingen", "effective by good indications"),
    ("strong_signs", "effectief volgens sterke aanwijzingen", "effective by strong indications"),
)
"""The levels of recognition of interventions, as Movisie's database names them."""

GRADE_HOST = "movisie.nl"

LICENSES: dict[str, str] = {
    "CC-BY-SA-4.0": "https://creativecommons.org/licenses/by-sa/4.0/deed.nl",
    "CC-BY-4.0": "https://creativecommons.org/licenses/by/4.0/deed.nl",
    "CC0-1.0": "https://creativecommons.org/publicdomain/zero/1.0/deed.nl",
    "CC-BY-NC-4.0": "https://creativecommons.org/licenses/by-nc/4.0/deed.nl",
    "CC-BY-NC-SA-4.0": "https://creativecommons.org/licenses/by-nc-sa/4.0/deed.nl",
    "CC-BY-ND-4.0": "https://creativecommons.org/licenses/by-nd/4.0/deed.nl",
    "CC-BY-NC-ND-4.0": "https://creativecommons.org/licenses/by-nc-nd/4.0/deed.nl",
}
"""The licences under which a template may be read here, by their SPDX name, with where they are explained."""

COPYABLE_LICENSES = ("CC-BY-SA-4.0", "CC-BY-4.0", "CC0-1.0")
"""Those whose work may be changed and passed on under CC BY-SA 4.0, the licence of every template of ours."""

MOST_ANCESTORS = 50
FIRST_YEAR = 1900


def _month(**options: Any) -> fields.Date:
    """A month such as ``2026-11``; in Python the first day of it."""
    return fields.Date(
        format="%Y-%m",
        validate=validate.Range(min=date(FIRST_YEAR, 1, 1), error="This month is too long ago."),
        error_messages={"invalid": "Write a month such as 2026-11."},
        **options,
    )


class RangeSchema(WireSchema):
    """From lowest to highest, both included; the same number twice when it is always the same."""

    lowest = fields.Float(required=True, validate=validate.Range(0, 10_000))
    highest = fields.Float(required=True, validate=validate.Range(0, 10_000))

    @validates_schema
    def _in_order(self, data: Document, **_options: Any) -> None:
        if not data["lowest"] <= data["highest"]:  # also true of NaN
            raise ValidationError("The highest is lower than the lowest.", "highest")


class UsageSchema(WireSchema):
    """How a community uses its template: since when, until when and why, what it takes.

    ``told_in`` is the month in which this was so. Costs are euros and hours are hours of the people who
    organise, both for one participant each time.
    """

    started_in = _month(required=True)
    stopped_in = _month(load_default=None, allow_none=True)
    stop_reason = Code(STOP_REASONS, load_default=None, allow_none=True)
    told_in = _month(required=True)
    cost_per_person = fields.Nested(RangeSchema, load_default=None, allow_none=True)
    hours_per_person = fields.Nested(RangeSchema, load_default=None, allow_none=True)
    example_data = fields.Boolean(load_default=None, allow_none=True)
    """True when it is invented, for a demonstration; pages say so."""

    @validates_schema
    def _one_after_another(self, data: Document, **_options: Any) -> None:
        stopped = data.get("stopped_in")
        if stopped and stopped < data["started_in"]:
            raise ValidationError("It cannot stop before it begins.", "stopped_in")
        if data["told_in"] < (stopped or data["started_in"]):
            raise ValidationError("This month is still to come.", "stopped_in" if stopped else "started_in")
        if data.get("stop_reason") and not stopped:
            raise ValidationError("Only what stopped has a reason to stop.", "stop_reason")


class GradeSchema(WireSchema):
    """What the recognition committee said of the intervention that a template describes, and where."""

    level = Code(GRADES, required=True)
    name = Text(required=True, least=1, most=120)
    """What the intervention is called there."""
    url = Uri(required=True)

    @validates_schema
    def _at_its_source(self, data: Document, **_options: Any) -> None:
        if not _is_at_source(data["url"]):
            raise ValidationError("Give an address that begins with https://www.movisie.nl/.", "url")


def _is_at_source(url: str) -> bool:
    try:
        address = urlsplit(url)
        host = (address.hostname or "").lower()
    except ValueError:
        return False
    is_theirs = host == GRADE_HOST or host.endswith(f".{GRADE_HOST}")
    return address.scheme == "https" and is_theirs and "@" not in address.netloc


class AncestorSchema(WireSchema):
    """One template that this one goes back to, as it was called when it was copied."""

    id = Uri(required=True)
    name = Text(required=True, least=1, most=200)
    written_by = Text(required=True, least=1, most=200)
    """The name of the community that wrote it."""
    version = fields.Integer(required=True, validate=validate.Range(1, 1_000_000_000))
    license = fields.String(required=True, validate=validate.OneOf(list(LICENSES)))
