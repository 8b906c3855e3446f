"""How likely two descriptions are of one initiative: evidence added up, each piece with its reason.

After Fellegi and Sunter, “A theory for record linkage” (1969): every trait adds the logarithm of how
much more often it agrees between descriptions of one initiative than between those of two. The weights
were set on one half of a labelled set and are reported on the other, see tests/directory/test_matching.py.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from rapidfuzz import fuzz

from directory.geography.distance import Near
from directory.matching.traits import Traits, is_one_of
from schemas.messages import N_

LIKELY = 0.9
"""From here on two descriptions are nearly always of one initiative."""
POSSIBLE = 0.5
"""From here on a person should look."""

PRIOR = -3.0
"""What two descriptions that share one trait begin with, before that trait counts."""
SAME_KVK, OTHER_KVK = 7.0, -4.0
SAME_SITE, OTHER_SITE = 4.5, -2.0
SAME_EMAIL, OTHER_EMAIL = 4.5, -0.7
SAME_TELEPHONE, OTHER_TELEPHONE = 4.0, -0.8
MOST_CONTACT = 6.5
OTHER_KIND = -1.0
NAMED_AFTER_ANOTHER = -2.0
CALLED_ANOTHER_KIND = -1.5
NAMES = ((0.93, 4.5), (0.82, 3.0), (0.68, 1.0), (0.5, -2.0), (0.0, -6.0))
"""How alike the names are, and what that is worth."""
SAME_PLACE, SAME_MUNICIPALITY, NEAR, FAR = 1.5, 0.0, -2.5, -5.0
NEAR_KILOMETRES = 12.0

REASONS = {
    "same_kvk": N_("the same KvK number"),
    "other_kvk": N_("another KvK number"),
    "same_site": N_("the same website"),
    "other_site": N_("another website"),
    "same_email": N_("the same e-mail address"),
    "other_email": N_("another e-mail address"),
    "same_telephone": N_("the same telephone number"),
    "other_telephone": N_("another telephone number"),
    "same_name": N_("the same name"),
    "like_name": N_("almost the same name"),
    "other_name": N_("another name"),
    "same_place": N_("the same place"),
    "same_municipality": N_("the same municipality"),
    "near": N_("places near each other"),
    "far": N_("places far apart"),
    "other_place_name": N_("another place in the name"),
    "other_word": N_("called something else"),
    "other_kind": N_("another kind of initiative"),
}
"""Each reason in words."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """One reason, a key of `REASONS`, and its weight: above zero it speaks for one initiative."""

    reason: str
    weight: float


@dataclass(frozen=True, slots=True)
class Score:
    """How likely it is that two descriptions are of one initiative, with the reasons."""

    likelihood: float
    """0 to 1."""
    evidence: tuple[Evidence, ...]

    @property
    def reasons_for(self) -> list[str]:
        """What speaks for it, the strongest first."""
        found = sorted((each for each in self.evidence if each.weight > 0), key=lambda each: -each.weight)
        return [each.reason for each in found]

    @property
    def reasons_against(self) -> list[str]:
        """What speaks against it, the strongest first."""
        found = sorted((each for each in self.evidence if each.weight < 0), key=lambda each: each.weight)
        return [each.reason for each in found]


def score(left: Traits, right: Traits, holders: Mapping[str, int] | None = None) -> Score:
    """Compare two descriptions.

    ``holders`` tells how many entries of the directory have a KvK number, site, e-mail address or telephone
    number, under that text: what many have, such as a welfare organisation's telephone, says less.
    """
    counts = holders or {}
    evidence = (
        _same_or_other("kvk", left.kvk_number, right.kvk_number, (SAME_KVK, OTHER_KVK), counts),
        *_contact(left, right, counts),
        _name(left, right),
        _place(left, right),
        _apart("other_place_name", NAMED_AFTER_ANOTHER, _named_places(left), _named_places(right)),
        _apart("other_word", CALLED_ANOTHER_KIND, left.kind_words, right.kind_words),
        Evidence("other_kind", OTHER_KIND if left.kind and right.kind and left.kind != right.kind else 0.0),
    )
    total = PRIOR + sum(each.weight for each in evidence)
    return Score(1 / (1 + math.exp(-total)), tuple(each for each in evidence if each.weight))


def likeness(left: Traits, right: Traits) -> float:
    """How alike the names are, 0 to 1: of what tells them apart, else of all their words."""
    ours, theirs = _without(left.core, right.place_words), _without(right.core, left.place_words)
    if ours and theirs:
        return _likeness(ours, theirs)
    if not ours and not theirs:
        return 0.93 * _likeness(left.words, right.words) if left.words and right.words else 0.0
    return min(0.6, _likeness(left.words, right.words))


def _without(core: tuple[str, ...], place_words: frozenset[str]) -> tuple[str, ...]:
    return tuple(word for word in core if not is_one_of(word, place_words))


def _likeness(left: tuple[str, ...], right: tuple[str, ...]) -> float:
    joined = fuzz.ratio("".join(left), "".join(right))
    in_order = fuzz.ratio(" ".join(sorted(left)), " ".join(sorted(right)))
    return max(joined, in_order) / 100


def _same_or_other(
    trait: str, left: str, right: str, weights: tuple[float, float], holders: Mapping[str, int]
) -> Evidence:
    if not left or not right:
        return Evidence(f"same_{trait}", 0.0)
    if left != right:
        return Evidence(f"other_{trait}", weights[1])
    return Evidence(f"same_{trait}", weights[0] * _rarity(holders.get(left, 2)))


def _contact(left: Traits, right: Traits, holders: Mapping[str, int]) -> list[Evidence]:
    """Site, e-mail and telephone: whoever shares one often shares all, so together at most `MOST_CONTACT`."""
    weights = (SAME_TELEPHONE, OTHER_TELEPHONE)
    found = [
        _site(left, right, holders),
        _same_or_other("email", left.email, right.email, (SAME_EMAIL, OTHER_EMAIL), holders),
        _same_or_other("telephone", left.telephone, right.telephone, weights, holders),
    ]
    together = sum(max(0.0, each.weight) for each in found)
    share = min(1.0, MOST_CONTACT / together) if together else 1.0
    return [Evidence(each.reason, each.weight * (share if each.weight > 0 else 1.0)) for each in found]


def _site(left: Traits, right: Traits, holders: Mapping[str, int]) -> Evidence:
    """A site counts too when one side only has an address at it."""
    ours, theirs = left.site or left.mail_site, right.site or right.mail_site
    if left.email and left.email == right.email and not (left.site and right.site):
        return Evidence("same_site", 0.0)  # the address counts already
    return _same_or_other("site", ours, theirs, (SAME_SITE, OTHER_SITE), holders)


def _rarity(count: int) -> float:
    """1 for what only these two have; less for what more have."""
    return 1 / (1 + math.log2(max(2, count) - 1))


def _name(left: Traits, right: Traits) -> Evidence:
    best = likeness(left, right)
    if len(left.names) + len(right.names) > 2 and _share_a_name(left, right):
        best = 1.0
    weight = next(weight for least, weight in NAMES if best >= least)
    if weight < 0:
        return Evidence("other_name", weight)
    return Evidence("same_name" if best >= NAMES[0][0] else "like_name", weight)


def _named_places(traits: Traits) -> frozenset[str]:
    return traits.place_words.intersection(traits.words)


def _apart(reason: str, weight: float, left: frozenset[str], right: frozenset[str]) -> Evidence:
    """Counts when both names have such words, and none is the same."""
    is_apart = left and right and not any(_is_like(one, other) for one in left for other in right)
    return Evidence(reason, weight if is_apart else 0.0)


def _is_like(one: str, other: str) -> bool:
    """Also “zorgcoöp” and “zorgcoöperatie”."""
    return one.startswith(other) or other.startswith(one) or is_one_of(one, (other,))


def _share_a_name(left: Traits, right: Traits) -> bool:
    known = {name.casefold() for name in left.names}
    return any(name.casefold() in known for name in right.names)


def _place(left: Traits, right: Traits) -> Evidence:
    if not left.spots or not right.spots:
        return Evidence("same_place", 0.0)
    if left.place_ids & right.place_ids:
        return Evidence("same_place", SAME_PLACE)
    if left.municipalities & right.municipalities:
        return Evidence("same_municipality", SAME_MUNICIPALITY)
    return Evidence("near", NEAR) if _kilometres(left, right) <= NEAR_KILOMETRES else Evidence("far", FAR)


def _kilometres(left: Traits, right: Traits) -> float:
    """Between the places that are closest to each other."""
    return min(
        Near(one.latitude, one.longitude).km_to(other.latitude, other.longitude)
        for one in left.spots
        for other in right.spots
    )
