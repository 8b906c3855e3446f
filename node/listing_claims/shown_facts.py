"""The facts of an entry beside those of our profile, in the words of a page and its form."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from flask_babel import format_date
from flask_babel import gettext as _

from federation.flask_session import current_session
from node.accounts.access import Action, may
from node.communities.models import get_community
from node.communities.service import is_published
from node.communities.shown_facts import in_order, name_of_fact, value_of_fact
from node.listing_claims.facts import AGREED, BOTH, OURS, THEIRS, Fact, compare, joined
from schemas.errors import Conflict
from schemas.messages import N_

FORM = "choice-"
"""Before the name of a field of the form."""


@dataclass(frozen=True)
class ShownFact:
    """One fact on the page."""

    fact: Fact
    name: str
    theirs: str
    ours: str
    origin: str
    """Where the entry has it from, and since when."""
    options: list[tuple[str, str, str]]
    """Code, label and what the profile says then."""
    chosen: str


@dataclass(frozen=True)
class ShownFacts:
    """All of them, by what is to be done with them."""

    all: list[ShownFact]
    seen: str
    """What the form shows, in a word: nobody chooses of something else than they saw."""
    may_take: bool
    has_draft: bool
    """True when our profile has changes that are not published yet."""

    @property
    def new(self) -> list[ShownFact]:
        """What our profile has not."""
        return [each for each in self.all if each.fact.choices == (OURS, THEIRS) and not each.ours]

    @property
    def contact(self) -> list[ShownFact]:
        """What needs a consent of its own."""
        return [each for each in self.all if AGREED in each.fact.choices]

    @property
    def different(self) -> list[ShownFact]:
        """What our profile says otherwise."""
        rest = [each for each in self.all if each.fact.choices]
        return [each for each in rest if each not in self.new and each not in self.contact]

    @property
    def has_choices(self) -> bool:
        """Whether there is anything to take over."""
        return any(each.fact.choices for each in self.all)


def shown_facts(entry: dict[str, Any], chosen: Mapping[str, str]) -> ShownFacts:
    """What the entry tells beside our profile; ``chosen`` is what was chosen so far."""
    compared = _compared(entry)
    found = [_shown(each, chosen.get(each.field, each.chosen)) for each in in_order(compared)]
    has_draft = not is_published(current_session, get_community(current_session))
    return ShownFacts(found, _digest(compared), may(Action.EDIT_PROFILE), has_draft)


def typed_choices(form: Mapping[str, str], entry: dict[str, Any]) -> dict[str, str]:
    """The choices of the form; what is not ticked stays as ours."""
    asked = [each.field for each in _compared(entry) if each.choices]
    return {field: form.get(f"{FORM}{field}", OURS) for field in asked}


def check_seen(form: Mapping[str, str], entry: dict[str, Any]) -> None:
    """Raise Conflict when the entry or our profile changed since the form was shown."""
    if form.get("seen") != _digest(_compared(entry)):
        raise Conflict(N_("Something changed while you were looking. Please look once more."))


def fields_of_form(errors: Mapping[str, Any]) -> dict[str, Any]:
    """The messages under the names of the form."""
    return {f"{FORM}{name}": messages for name, messages in errors.items()}


def _compared(entry: dict[str, Any]) -> list[Fact]:
    return compare(current_session, entry)


def _digest(compared: list[Fact]) -> str:
    told = sorted([each.field, each.theirs, each.ours] for each in compared)
    return hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()[:32]


def _shown(fact: Fact, chosen: str) -> ShownFact:
    theirs, ours = value_of_fact(fact.field, fact.theirs), value_of_fact(fact.field, fact.ours)
    said = fact.source
    origin = ""
    if said is not None and theirs:
        day = format_date(date.fromisoformat(said["statedOn"]), "long")
        origin = str(_("%(source)s, %(day)s", source=said["sourceName"], day=day))
    return ShownFact(
        fact, name_of_fact(fact.field), theirs, ours, origin, _options(fact, ours, theirs), chosen
    )


def _options(fact: Fact, ours: str, theirs: str) -> list[tuple[str, str, str]]:
    told = {
        OURS: (_("As we have it"), ours),
        THEIRS: (_("As the entry has it"), theirs),
        BOTH: (_("Both together"), ""),
    }
    if fact.field == "name":
        told[BOTH] = (_("Our name stays; the other one is added to our other names"), "")
    elif BOTH in fact.choices:
        told[BOTH] = (told[BOTH][0], value_of_fact(fact.field, joined(fact)))
    return [(code, str(told[code][0]), told[code][1]) for code in fact.choices if code in told]
