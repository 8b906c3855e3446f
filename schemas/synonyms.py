"""Words that mean the same, as a hub tells them to the nodes that search with its words."""

from __future__ import annotations

from schemas.fields import Text, many
from schemas.published import ObjectSchema

MOST_TERMS, LONGEST_TERM, LONGEST_NAME = 20, 60, 80


class SynonymGroupObjectSchema(ObjectSchema):
    """What one group of synonyms is at this hub, instead of what the program brought.

    ``name`` stays when the terms change; without terms these words no longer mean the same.
    """

    name = Text(required=True, least=1, most=LONGEST_NAME)
    terms = many(Text(least=1, most=LONGEST_TERM), most=MOST_TERMS, required=True)
