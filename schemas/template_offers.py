"""What two communities say to each other about a change of a copy that goes back to its origin."""

from __future__ import annotations

from marshmallow import fields, validate

from schemas.fields import Text, Uri, WireSchema
from schemas.template_parts import MOST

MOST_NOTE = 500


class TemplateOfferSchema(WireSchema):
    """A change offered to the origin (`Offer`), its answer (`Accept`, `Reject`), or its end (`Undo`).

    No person is in it: both speak in the name of their community.
    """

    id = Uri(required=True)
    type = fields.String(required=True, validate=validate.Equal("TemplateOffer"))
    actor = Uri(required=True)
    """Who offers, also when the origin answers."""
    template = Uri(required=True)
    """The template of the origin."""
    variant = Uri(required=True)
    """The copy that was changed."""
    document = fields.Dict()
    """With the `Offer` alone: the published version of the copy, as its owner signed it."""
    offer_note = Text(most=MOST_NOTE, lines=True)
    answer_note = Text(most=MOST_NOTE, lines=True)
    taken_version = fields.Integer(strict=True, validate=validate.Range(1, MOST))
    """With an `Accept`: the version of the origin that has it."""
