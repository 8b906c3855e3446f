"""What somebody is typing of a new entry, compared with what the directory has."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session

from directory.geography.places import find_places, gazetteer
from directory.matching.scoring import POSSIBLE
from directory.matching.service import Match, find_matches
from schemas.taxonomies import KINDS

MOST_PLACES = 5


def matches_of(session: Session, typed: Mapping[str, Any]) -> list[Match]:
    """Entries like the typed ``name``, ``places``, ``kvkNumber``, ``website``, ``email``, ``telephone``.

    Contact data may also be called ``contact_website`` and so on, as in the form of a listing.
    """
    kvk = "".join(sign for sign in _text(typed, "kvkNumber") if sign.isdigit())
    initiative = {
        "areas": [place.as_area() for place in _places(_text(typed, "places"))],
        "kvkNumber": kvk if len(kvk) == 8 else "",
        "kind": _text(typed, "kind") if _text(typed, "kind") in KINDS else "",
        "contact": {
            name: _text(typed, name) or _text(typed, f"contact_{name}")
            for name in ("website", "email", "telephone")
        },
    }
    without = [uri for uri in (_text(typed, "without"),) if uri]
    return find_matches(session, _text(typed, "name"), initiative, without=without)


def _text(typed: Mapping[str, Any], name: str) -> str:
    return str(typed.get(name) or "").strip()[:300]


def _places(text: str) -> list[Any]:
    """The places that are named, one a line or with semicolons; half a name counts as its best guess."""
    names = [part.strip() for part in text.replace(";", "\n").splitlines() if part.strip()]
    numbered = [gazetteer().by_id.get(int(name)) for name in names if name.isascii() and name.isdigit()]
    guessed = [found[0] for name in names if not name.isdigit() and (found := find_places(name, 1))]
    return [place for place in [*numbered, *guessed] if place is not None][:MOST_PLACES]


def likely_same(session: Session, typed: Mapping[str, Any]) -> list[Match]:
    """Entries that are more likely than not the one that is typed: asked about before it is saved."""
    return [match for match in matches_of(session, typed) if match.score.likelihood >= POSSIBLE]
