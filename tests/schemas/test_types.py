"""What a document is: one plain type for others, and ours beside it."""

from __future__ import annotations

import pytest

from schemas.objects import OBJECTS, WIRE_TYPES, type_of, wire_type


@pytest.mark.parametrize("kind", OBJECTS)
def test_each_kind_has_one_plain_type_and_is_known_by_it(kind):
    document = wire_type(kind)
    assert isinstance(document["type"], str)
    assert document["type"] == WIRE_TYPES[kind]
    assert type_of(document) == kind


@pytest.mark.parametrize(
    ("document", "expected"),
    [
        ({"type": "Article"}, "Article"),
        ({"type": "Event"}, "Event"),
        ({"type": "Note", "recordType": "Story"}, "Note"),
        ({"type": "Article", "recordType": "PublicEvent"}, "Article"),
        ({"type": "Article", "recordType": "Organization"}, "Article"),
        ({"type": "Person", "recordType": "Person"}, "Person"),
        ({"type": "Article", "recordType": ["Story"]}, "Article"),
        ({"type": "Article", "recordType": {}}, "Article"),
        ({"type": ["Article", "ActivityTemplate"]}, "ActivityTemplate"),
        ({"type": ["Article"], "recordType": "Story"}, "Article"),
        ({"type": []}, ""),
        ({"type": 7, "recordType": "Story"}, ""),
        ({}, ""),
    ],
)
def test_ours_counts_only_beside_the_type_it_belongs_to(document, expected):
    assert type_of(document) == expected
