"""The building blocks of the schemas: camel-case names, bounded texts, closed vocabularies."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import Any

from marshmallow import RAISE, Schema, ValidationError, fields, validate

from schemas.taxonomies import Vocabulary

MUNICIPALITY_CODE = r"^GM[0-9]{4}$"
_NOT_STORABLE = re.compile("[\x00\ud800-\udfff]")


def camel_case(name: str) -> str:
    """``legal_form`` becomes ``legalForm``, the wire's way of writing names."""
    head, *tail = name.split("_")
    return head + "".join(part.capitalize() for part in tail)


def is_storable(text: str) -> bool:
    """False for what PostgreSQL and UTF-8 cannot hold: a NUL and half a surrogate pair."""
    return _NOT_STORABLE.search(text) is None


def storable(text: str) -> str:
    """The text without what is not storable."""
    return _NOT_STORABLE.sub("", text)


def is_municipality_code(text: str) -> bool:
    """True for what a municipality's code looks like, known or not."""
    return re.fullmatch(MUNICIPALITY_CODE, text) is not None


def _check_storable(text: str) -> None:
    if not is_storable(text):
        raise ValidationError("This text has a character that cannot be kept.")


class WireSchema(Schema):
    """A schema whose keys are camel case and which refuses what it does not know.

    Documents of others are read with ``load(document, unknown=EXCLUDE)``: their extensions
    are ignored. Our own are written with the default: an unexpected field raises.
    """

    class Meta:
        """Refuse unknown fields."""

        unknown = RAISE

    def on_bind_field(self, field_name: str, field_obj: fields.Field[Any]) -> None:
        """Give each field its wire name."""
        field_obj.data_key = field_obj.data_key or camel_case(field_name)


class Text(fields.String):
    """A text without surrounding space, of at most ``most`` characters; one line unless ``lines``."""

    def __init__(self, *, most: int = 200, least: int = 0, lines: bool = False, **options: Any) -> None:
        self.lines = lines
        checks: list[Any] = [validate.Length(max=most, error="Use at most {max} characters.")]
        if least:
            checks.append(validate.Length(min=least, error="Please fill this in."))
        super().__init__(validate=checks, **options)

    def _deserialize(self, value: Any, attr: Any, data: Any, **kwargs: Any) -> str:
        text = super()._deserialize(value, attr, data, **kwargs) or ""
        _check_storable(text)
        text = text.replace("\r\n", "\n").strip()
        return text if self.lines else " ".join(text.split())


class Code(fields.String):
    """One code of a vocabulary."""

    def __init__(self, vocabulary: Vocabulary, **options: Any) -> None:
        choice = validate.OneOf(vocabulary.codes, error="Choose one of the list.")
        super().__init__(validate=choice, **options)


class Shape(validate.Validator):
    """A text has this shape from beginning to end: with `validate.Regexp` a line break may follow ``$``."""

    def __init__(self, pattern: str, *, error: str = "String does not match expected pattern.") -> None:
        self.regex = re.compile(pattern)  # the API's description reads it under this name
        self.message = error

    def __call__(self, value: str) -> str:
        """The text. Raises ValidationError."""
        if self.regex.fullmatch(value) is None:
            raise ValidationError(self.message)
        return value


class MunicipalityCode(fields.String):
    """The CBS code of a municipality, as GM0355. One that merged into another keeps its code."""

    def __init__(self, **options: Any) -> None:
        super().__init__(validate=Shape(MUNICIPALITY_CODE), **options)


class Uri(fields.String):
    """An absolute http or https address of at most 2,000 characters."""

    def __init__(self, **options: Any) -> None:
        super().__init__(
            validate=[
                validate.Length(max=2000),
                _check_storable,
                Shape(r"^https?://[^\s/?#\\]+([/?#]\S*)?$", error="This is not a web address."),
            ],
            **options,
        )


class Instant(fields.AwareDateTime):
    """An instant in UTC, written in ISO 8601 with ``Z``; read with any offset that leaves it a date."""

    def _deserialize(self, value: Any, attr: Any, data: Any, **kwargs: Any) -> datetime:
        instant = super()._deserialize(value, attr, data, **kwargs)
        try:
            return instant.astimezone(UTC)
        except OverflowError as error:  # in UTC it is before the year 1 or after 9999
            raise self.make_error("invalid", input=value, obj_type=self.OBJ_TYPE) from error

    def _serialize(self, value: Any, attr: Any, obj: Any, **kwargs: Any) -> Any:
        text = super()._serialize(value, attr, obj, **kwargs)
        return text.replace("+00:00", "Z") if isinstance(text, str) else text

    def __init__(self, **options: Any) -> None:
        super().__init__(format="iso", **options)


def many(field: fields.Field[Any], *, most: int, **options: Any) -> fields.List[Any]:
    """A list of at most ``most`` items."""
    limit = validate.Length(max=most, error="Use at most {max}.")
    return fields.List(field, validate=limit, **options)
