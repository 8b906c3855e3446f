"""Invented initiatives on real places, to try the directory at its real size.

The same index always gives the same initiative. How many there are of each kind, age and size
follows what the movement's own monitor found (domain handbook 1.8 and 5.1). Each of them says
``exampleData``, and every page, map and export shows that it is no real organisation.
"""

from __future__ import annotations

import math
import random
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from directory.examples import texts
from directory.geography.places import Place, gazetteer
from directory.replica.publishing import publish_records
from directory.search.index import key_of
from federation.actors.identities import Identity, base_url, get_identity
from federation.database import Database
from federation.sending.published import PublishedObject
from federation.settings import Settings
from schemas.taxonomies import THEMES, band_of

COUNT = 2000
BATCH = 100
LAST_YEAR = 2025
SOURCE = "Voorbeeldgegevens Omzien"
RESERVED = frozenset(("Austerlitz", "Elsendorp"))
"""Places of the demonstration's own villages."""

_IDS = uuid.UUID("6b1e3a52-94a3-5a36-9a4e-0f0a2d9c7d10")

STARTED = {
    2010: 10, 2011: 10, 2012: 25, 2013: 30, 2014: 35, 2015: 90, 2016: 120, 2017: 80, 2018: 300,
    2019: 360, 2020: 410, 2021: 160, 2022: 130, 2023: 110, 2024: 80, 2025: 50,
}  # fmt: skip
"""How many of 2,000 began in each year: 110 by 2014, 320 by 2016, 400 by 2017, 1,471 by 2020."""


@dataclass(frozen=True)
class _Kind:
    """How a kind of initiative is drawn: its share in villages and cities, its themes, a supporter's odds."""

    village: int
    city: int
    themes: tuple[str, ...]
    supporter: float


KINDS = {
    "caring_village": _Kind(26, 8, ("meeting", "eating", "visiting", "odd_jobs", "informal_care"), 0.5),
    "care_cooperative": _Kind(16, 6, ("visiting", "informal_care", "say", "transport", "housing"), 0.6),
    "urban_village": _Kind(0, 30, ("meeting", "eating", "visiting", "culture", "moving"), 0.15),
    "neighbour_care": _Kind(9, 2, ("visiting", "errands", "informal_care", "prevention"), 0.35),
    "living_room": _Kind(12, 20, ("meeting", "eating", "digital", "children", "culture"), 0.2),
    "day_activities": _Kind(7, 7, ("dementia", "culture", "moving", "meeting"), 0.2),
    "transport": _Kind(8, 3, ("transport", "errands"), 0.1),
    "housing": _Kind(6, 7, ("housing", "meeting", "informal_care"), 0.1),
    "mental_health": _Kind(2, 6, ("mental_health", "meeting", "say"), 0.15),
    "mutual_care_circle": _Kind(3, 5, ("informal_care", "visiting", "say"), 0.05),
    "village_cooperative": _Kind(7, 0, ("energy", "say", "meeting", "housing"), 0.25),
    "network": _Kind(2, 3, ("say", "informal_care", "prevention"), 0.3),
    "other": _Kind(2, 3, ("meeting", "safety", "end_of_life", "children"), 0.1),
}

GROUPS_OF_THEMES = {
    "dementia": "dementia",
    "children": "parents",
    "informal_care": "informal_carers",
    "visiting": "lonely",
    "mental_health": "lonely",
    "moving": "older_people",
    "digital": "older_people",
}


def examples(count: int = COUNT) -> Iterator[dict[str, Any]]:
    """The first ``count`` initiatives: name, summary and initiative, as an entry's content."""
    places = _places()
    for index in range(count):
        yield _example(index, places[index % len(places)])


def object_uri(home: str, index: int) -> str:
    """The stable address of one example at the hub whose base address is ``home``."""
    return f"{home}/objects/{uuid.uuid5(_IDS, f'{home}/{index}')}"


def load(
    database: Database,
    settings: Settings,
    *,
    count: int = COUNT,
    progress: Callable[[int, int], None] = lambda _done, _count: None,
) -> int:
    """Publish the examples that this hub has not published yet, batch by batch; returns how many.

    An edge: it commits after each batch, so it may be stopped and started again.
    """
    contents = list(examples(count))
    with database.session() as session:
        missing = missing_examples(session, count)
    done = count - len(missing)
    progress(done, count)
    for start in range(0, len(missing), BATCH):
        batch = missing[start : start + BATCH]
        with database.session() as session:
            publish_examples(session, settings, get_identity(session, "hub"), {n: contents[n] for n in batch})
            session.commit()
        done += len(batch)
        progress(done, count)
    return len(missing)


def missing_examples(session: Session, count: int = COUNT) -> list[int]:
    """The indexes of the examples that this hub has not published yet."""
    uris = {object_uri(base_url(session), index): index for index in range(count)}
    published = set(session.scalars(select(PublishedObject.uri)))
    return [index for uri, index in uris.items() if uri not in published]


def publish_examples(
    session: Session, settings: Settings, hub: Identity, contents: dict[int, dict[str, Any]]
) -> None:
    """Publish examples by their index as entries of the hub."""
    home = base_url(session)
    uris = {index: object_uri(home, index) for index in contents}
    documents = [
        {**content, "id": uris[index], "url": f"{home}/gids/{key_of(uris[index])}"}
        for index, content in contents.items()
    ]
    publish_records(session, settings, hub, documents)


def _places() -> list[Place]:
    """A place for each example: most villages once, larger places more often, in a fixed mix."""
    known = sorted(gazetteer().by_id.values(), key=lambda place: place.place_id)
    usable = [place for place in known if place.name not in RESERVED and not place.is_municipality]
    chance = random.Random(2012)  # noqa: S311  # repeatable on purpose
    once = chance.sample(usable, min(1500, len(usable)))
    weights = [math.sqrt(place.population or 500) for place in usable]
    mixed = once + chance.choices(usable, weights, k=COUNT - len(once))
    chance.shuffle(mixed)
    return mixed


def _example(index: int, place: Place) -> dict[str, Any]:
    chance = random.Random(index * 7919 + 17)  # noqa: S311  # repeatable on purpose
    kind = _pick_kind(chance, place)
    year = chance.choices(list(STARTED), list(STARTED.values()))[0]
    themes = _pick_themes(chance, kind)
    return {
        "type": "Organization",
        "name": _name(chance, kind, place),
        "summary": _summary(chance, kind, themes, place, year),
        "initiative": _initiative(chance, kind, themes, place, year),
    }


def _initiative(
    chance: random.Random, kind: str, themes: list[str], place: Place, year: int
) -> dict[str, Any]:
    has_members = kind in {"care_cooperative", "village_cooperative"} or chance.random() < 0.3
    return {
        "kind": kind,
        "legalForm": _legal_form(chance, kind, has_members=has_members),
        "phase": _phase(chance, LAST_YEAR - year),
        "themes": themes,
        "targetGroups": _target_groups(themes),
        "areas": [each.as_area() for each in _pick_areas(chance, place)],
        "foundedOn": year,
        "volunteersBand": band_of(round(chance.lognormvariate(math.log(25), 1.177))),  # median 25, mean 50
        "membersBand": band_of(round(chance.lognormvariate(math.log(110), 1.17)) if has_members else 0),
        "hasSupporter": chance.random() < KINDS[kind].supporter,
        "sourceName": SOURCE,
        "exampleData": True,
    }


def _pick_kind(chance: random.Random, place: Place) -> str:
    is_city = place.part_of is not None or (place.population or 0) > 40_000
    weights = [each.city if is_city else each.village for each in KINDS.values()]
    return chance.choices(list(KINDS), weights)[0]


def _pick_themes(chance: random.Random, kind: str) -> list[str]:
    own = KINDS[kind].themes
    chosen = {own[0], *chance.sample(own, chance.randint(1, min(3, len(own))))}
    if chance.random() < 0.5:
        chosen.add(chance.choice(THEMES.codes))
    return [code for code in THEMES.codes if code in chosen]


def _name(chance: random.Random, kind: str, place: Place) -> str:
    # a name of fancy, so that none is by accident the name of an organisation that exists
    name = chance.choice(texts.NAMES[kind]).format(fantasy=chance.choice(texts.FANTASY).strip())
    return f"{name} {place.name}" if chance.random() < 0.7 else name


def _summary(chance: random.Random, kind: str, themes: list[str], place: Place, year: int) -> str:
    sentences = [chance.choice(texts.OPENINGS[kind])]
    sentences += [chance.choice(texts.ACTIVITIES[theme]) for theme in themes]
    sentences += chance.sample(texts.CLOSINGS, 2)
    text = " ".join(sentence for sentence in sentences if sentence)
    day, number = chance.choice(texts.DAYS), chance.randint(8, 40)
    return text.format(place=place.name, day=day, number=number, year=year)


def _legal_form(chance: random.Random, kind: str, *, has_members: bool) -> str:
    if kind in {"care_cooperative", "village_cooperative"}:
        return "cooperative"
    if has_members:
        return chance.choice(("association", "association", "informal"))
    return chance.choices(("foundation", "informal"), (85, 15))[0]


def _phase(chance: random.Random, age: int) -> str:
    if chance.random() < 0.03:
        return "paused"
    if age <= 1:
        return chance.choice(("idea", "starting"))
    return chance.choices(("starting", "running", "mature"), (8 - min(age, 7), 6, age))[0]


def _target_groups(themes: list[str]) -> list[str]:
    found = dict.fromkeys(GROUPS_OF_THEMES[theme] for theme in themes if theme in GROUPS_OF_THEMES)
    return list(found)[:3] or ["everyone"]


def _pick_areas(chance: random.Random, place: Place) -> list[Place]:
    """The place, and for one in six some of its neighbours in the same municipality."""
    if chance.random() > 0.16:
        return [place]
    neighbours = [
        each
        for each in gazetteer().by_id.values()
        if each.municipality_code == place.municipality_code and each != place and _is_village(each)
    ]
    neighbours.sort(
        key=lambda each: math.dist((each.latitude, each.longitude), (place.latitude, place.longitude))
    )
    return [place, *neighbours[: chance.randint(1, 3)]]


def _is_village(each: Place) -> bool:
    return each.part_of is None and not each.is_municipality and each.name not in RESERVED
