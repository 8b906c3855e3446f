"""What a business case says: checked when it is written, read as lines to calculate with."""

from __future__ import annotations

from typing import Any

from marshmallow import ValidationError, fields, validate, validates_schema

from node.business_case.calculation import Line, Range
from node.business_case.prices import PRICES
from node.business_case.words import CONFIDENCES, KINDS, PAYERS
from schemas.errors import InvalidInput
from schemas.fields import Text, WireSchema, many
from schemas.messages import N_

Content = dict[str, Any]

MOST = 1_000_000_000
MOST_LINES = 40

_choice = N_("Choose one of the list.")
_number: dict[str, Any] = {"invalid": N_("Fill in a number."), "required": N_("Fill in a number.")}
_within = validate.Range(0, MOST, error=N_("Fill in a number from 0 to 1,000,000,000."))


class EuroRangeSchema(WireSchema):
    """The lowest, the likely and the highest value."""

    low = fields.Float(required=True, validate=_within, error_messages=_number)
    likely = fields.Float(required=True, validate=_within, error_messages=_number)
    high = fields.Float(required=True, validate=_within, error_messages=_number)

    @validates_schema
    def _rises(self, data: Content, **_options: Any) -> None:
        if not data["low"] <= data["likely"] <= data["high"]:
            raise ValidationError(N_("The lowest comes first, then the likely, then the highest."), "likely")


class LineSchema(WireSchema):
    """One line: so many of something at such a price."""

    kind = fields.String(required=True, validate=validate.OneOf(list(KINDS), error=_choice))
    payer = fields.String(required=True, validate=validate.OneOf(list(PAYERS), error=_choice))
    label = Text(required=True, least=1, most=120)
    amount = fields.Nested(EuroRangeSchema, required=True)
    unit = Text(most=40, load_default="")
    price = fields.Nested(EuroRangeSchema, required=True)
    price_code = fields.String(load_default="", validate=validate.OneOf(["", *PRICES], error=_choice))
    price_list = Text(most=20, load_default="")
    source = Text(most=300, load_default="")
    confidence = fields.String(
        load_default="assumption", validate=validate.OneOf(list(CONFIDENCES), error=_choice)
    )
    in_kind = fields.Boolean(load_default=False)


class BusinessCaseSchema(WireSchema):
    """A business case, as the form and the API exchange it. Euros in one year."""

    title = Text(required=True, least=1, most=120)
    year = fields.Integer(
        required=True, strict=True, validate=validate.Range(1990, 2100, error=N_("Fill in a year."))
    )
    residents = fields.Integer(
        required=True,
        strict=True,
        validate=validate.Range(1, 10_000_000, error=N_("Fill in how many residents there are.")),
    )
    counterfactual = Text(most=2000, lines=True, load_default="")
    """What would have happened otherwise."""
    comparison = Text(most=2000, lines=True, load_default="")
    """With which similar place it was compared; empty for none, and then it proves no cause."""
    lines = many(fields.Nested(LineSchema), most=MOST_LINES, load_default=list)


_SCHEMA = BusinessCaseSchema()


def load_content(data: Any) -> Content:
    """Check a business case and return it as it is kept. Raises InvalidInput with ``fields`` in its shape."""
    try:
        content: Content = _SCHEMA.dump(_SCHEMA.load(data))
    except ValidationError as error:
        raise InvalidInput(fields=error.messages_dict) from error
    return content


def lines_of(content: Content) -> list[Line]:
    """The lines, to calculate with."""
    return [
        Line(
            kind=line["kind"],
            payer=line["payer"],
            label=line["label"],
            amount=Range(**line["amount"]),
            price=Range(**line["price"]),
            in_kind=line["inKind"],
        )
        for line in content["lines"]
    ]
