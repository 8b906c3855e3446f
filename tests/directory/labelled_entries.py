"""A labelled set of descriptions: initiatives, other descriptions of some of them, and look-alikes.

Everything is invented. The second descriptions are written as different people write: another spelling, the
legal form in front, a typing error, a place beside it, half of the contact data, another website address.
The look-alikes are the hard part: a welfare organisation whose telephone stands at all its villages, two
clubs under one roof, the same pretty name in the next village.
"""

from __future__ import annotations

import copy
import random
from dataclasses import dataclass, field
from typing import Any

from directory.examples.data import examples
from directory.geography.places import gazetteer, place
from directory.search.folding import fold, words_of

Content = dict[str, Any]
TLDS = ("nl", "nl", "nl", "org", "nu")
LETTERS = "abcdefghijklmnoprstuvwz"
_TAKEN: set[str] = set()


@dataclass
class Labelled:
    """Descriptions, each with an address, and the pairs of addresses that are one initiative."""

    contents: list[Content] = field(default_factory=list)
    same: set[tuple[str, str]] = field(default_factory=set)

    def add(self, content: Content) -> str:
        """Put a description in; its address."""
        content["id"] = f"https://hub.example/objects/{len(self.contents):05}"
        self.contents.append(content)
        return str(content["id"])


def labelled_set(seed: int, count: int = 2000, doubles: int = 300) -> Labelled:
    """``count`` initiatives of which ``doubles`` are described twice, and three kinds of look-alikes."""
    chance = random.Random(seed)
    _TAKEN.clear()
    first = [_with_contact(chance, each) for each in list(examples(4000))[seed % 2 :: 2][:count]]
    found = Labelled()
    _share_an_organisation(chance, first)
    uris = [found.add(content) for content in first]
    for index in chance.sample(range(count), doubles):
        again = _described_again(chance, first[index])
        found.same.add((uris[index], found.add(again)))
    for index in chance.sample(range(count), count // 20):
        found.add(_under_the_same_roof(chance, first[index]))
    for index in chance.sample(range(count), count // 20):
        found.add(_same_name_elsewhere(chance, first[index]))
    return found


def _with_contact(chance: random.Random, content: Content) -> Content:
    content = copy.deepcopy(content)
    area = content["initiative"]["areas"][0]
    slug = "".join(words_of(content["name"]))[:24] + chance.choice(("", "", fold(area["name"])[:8]))
    domain = _own_domain(chance, slug, fold(area["name"]))
    mailbox = f"{chance.choice(('info', 'bestuur', 'contact', 'secretaris'))}@{domain}"
    if chance.random() < 0.3:
        mailbox = (
            f"{slug[:12]}{chance.randint(1, 99)}@{chance.choice(('gmail.com', 'ziggo.nl', 'outlook.com'))}"
        )
    content["initiative"] |= {
        "kvkNumber": f"{chance.randint(10_000_000, 89_999_999)}" if chance.random() < 0.45 else None,
        "contact": {
            "website": f"https://www.{domain}/" if chance.random() < 0.75 else None,
            "email": mailbox if chance.random() < 0.7 else None,
            "telephone": _telephone(chance) if chance.random() < 0.6 else None,
        },
    }
    return content


def _own_domain(chance: random.Random, slug: str, place_name: str) -> str:
    """A domain belongs to one: who comes later adds the place, or a number."""
    ending, letters = chance.choice(TLDS), "".join(words_of(place_name))
    wanted = (
        f"{slug}.{ending}",
        f"{slug}{letters}.{ending}",
        f"{slug}{letters}{chance.randint(2, 99999)}.{ending}",
    )
    domain = next(each for each in wanted if each not in _TAKEN)
    _TAKEN.add(domain)
    return domain


def _telephone(chance: random.Random) -> str:
    return f"0{chance.randint(10, 79)}{chance.randint(0, 9)} {chance.randint(200_000, 999_999)}"


def _share_an_organisation(chance: random.Random, contents: list[Content]) -> None:
    """One in twenty-five belongs to a welfare organisation with five others: its site, telephone, number."""
    members = chance.sample(contents, len(contents) // 25)
    for start in range(0, len(members) - 5, 6):
        contact = _with_contact(chance, members[start])["initiative"]
        for each in members[start : start + 6]:
            each["initiative"]["contact"] = dict(contact["contact"])
            each["initiative"]["kvkNumber"] = contact["kvkNumber"]


def _described_again(chance: random.Random, content: Content) -> Content:
    """What somebody else wrote of the same initiative."""
    again = copy.deepcopy(content)
    initiative = again["initiative"]
    again["name"] = _written_differently(chance, again["name"], initiative["areas"][0]["name"])
    again["summary"] = "Overgenomen uit een oude lijst."
    initiative["contact"] = _other_contact(chance, initiative["contact"])
    if chance.random() < 0.5:
        initiative["kvkNumber"] = None
    if chance.random() < 0.2:
        initiative["kind"] = chance.choice(("other", "network", "caring_village"))
    initiative["areas"] = _other_areas(chance, initiative["areas"])
    return again


def _written_differently(chance: random.Random, name: str, place_name: str) -> str:
    changes = (
        lambda text: f"Stichting {text}",
        lambda text: f"{text} {place_name}",
        lambda text: f"{text} (i.o.)",
        str.upper,
        lambda text: text.replace("De ", "").replace("Het ", ""),
        lambda text: text.replace(" ", "", 1) if chance.random() < 0.3 else text.replace(" De ", " de "),
        lambda text: " ".join(text.split()[1:] + text.split()[:1]),
        lambda text: text.split(" ", 1)[-1],
        lambda text: _mistyped(chance, text),
        lambda text: _mistyped(chance, _mistyped(chance, text)),
        lambda text: text,
    )
    for change in chance.sample(changes, chance.choice((1, 1, 2, 2, 3))):
        name = change(name) or name
    if chance.random() < 0.06:  # another name altogether
        name = f"{place_name} helpt elkaar"
    return name


def _mistyped(chance: random.Random, text: str) -> str:
    at = chance.randrange(1, max(2, len(text) - 1))
    return chance.choice(
        (
            text[:at] + text[at + 1 :],
            text[:at] + chance.choice(LETTERS) + text[at:],
            text[:at] + chance.choice(LETTERS) + text[at + 1 :],
            text[: at - 1] + text[at : at + 1] + text[at - 1 : at] + text[at + 1 :],
        )
    )


def _other_contact(chance: random.Random, contact: Content) -> Content:
    """Each part the same, written differently, missing or new."""
    website, email, telephone = contact["website"], contact["email"], contact["telephone"]
    if website and chance.random() < 0.6:
        website = chance.choice(
            (website.replace("https", "http"), website.replace("www.", ""), f"{website}contact")
        )
    if telephone and chance.random() < 0.6:
        telephone = chance.choice(
            (telephone.replace(" ", "-"), "+31 " + telephone[1:], "0031" + telephone[1:].replace(" ", ""))
        )
    if email and chance.random() < 0.2:
        email = "welkom@" + email.partition("@")[2]
    if chance.random() < 0.12:
        telephone = f"06 {chance.randint(10_000_000, 59_999_999)}"
    return {
        "website": website if chance.random() < 0.7 else None,
        "email": email if chance.random() < 0.6 else None,
        "telephone": telephone if chance.random() < 0.6 else None,
    }


def _other_areas(chance: random.Random, areas: list[Content]) -> list[Content]:
    """The same places, or another one in the same municipality."""
    if chance.random() < 0.75:
        return areas
    code = areas[0]["municipalityCode"]
    near = [each for each in gazetteer().by_id.values() if each.municipality_code == code]
    return [chance.choice(near).as_area()]


def _under_the_same_roof(chance: random.Random, content: Content) -> Content:
    """Another club in the same village hall, with the hall's telephone and site."""
    other = copy.deepcopy(content)
    drawn = chance.choice(_POOL)
    there, here = drawn["initiative"]["areas"][0]["name"], other["initiative"]["areas"][0]["name"]
    other["name"] = drawn["name"].replace(there, here)
    other["initiative"]["kind"] = drawn["initiative"]["kind"]
    other["initiative"]["kvkNumber"] = None
    other["initiative"]["contact"]["email"] = None
    if chance.random() < 0.5:
        other["initiative"]["contact"]["website"] = None
    return other


def _same_name_elsewhere(chance: random.Random, content: Content) -> Content:
    """The same pretty name in a place nearby, with contact data of its own."""
    other = _with_contact(chance, content)
    here = place(content["initiative"]["areas"][0]["placeId"])
    near = sorted(
        (each for each in gazetteer().by_id.values() if each.municipality_code != here.municipality_code),
        key=lambda each: (each.latitude - here.latitude) ** 2 + (each.longitude - here.longitude) ** 2,
    )
    other["initiative"]["areas"] = [chance.choice(near[:12]).as_area()]
    return other


_POOL = list(examples(400))
