"""The three-way merge of templates: pure, deterministic, and driven by the schema of the content.

What was copied (``base``) tells who changed what. What only they changed is proposed, what only we changed
stays, and where both changed the same thing people choose. A name and the answers to questions are a
community's own and are never merged.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from node.template_updates.parts import KEYED, OWN_FIELDS, SETS, SINGLE, fits, index, mixed, value_of
from node.template_updates.weaving import extra_key, weave, weave_text
from schemas.activity_templates import PART_LISTS
from schemas.errors import InvalidInput
from schemas.messages import N_
from schemas.objects import Document

OURS, THEIRS, BOTH = "ours", "theirs", "both"
ORDER = "*"
"""Stands for the order of a list, where others have the key of an item."""
Choices = Mapping[str, str]


@dataclass(frozen=True)
class Difference:
    """Something that they have otherwise than we, and what each choice would leave there."""

    part: str
    key: str
    base: Any
    ours: Any
    theirs: Any
    """The item or text in each version; None where it is not."""
    results: dict[str, list[Any]]
    """By choice what stands there afterwards: nothing, one item or two."""
    needs_choice: bool
    """Both sides changed it: nobody but people can tell."""

    @property
    def place(self) -> str:
        """Where it is, as a name that choices are given by."""
        return f"{self.part}/{self.key}" if self.key else self.part

    @property
    def kind(self) -> str:
        """'order', 'removed' (by them), 'new' (to us), or 'changed'."""
        if self.key == ORDER:
            return "order"
        if self.theirs is None:
            return "removed"
        return "new" if self.ours is None and self.base is None else "changed"


def compare(base: Document, ours: Document, theirs: Document) -> list[Difference]:
    """What they changed since ``base`` that we do not have, in the order of the schema."""
    found = [_item(part, "", *(value_of(each, part) for each in (base, ours, theirs))) for part in SINGLE]
    for part in KEYED:
        sides = [index(each, part) for each in (base, ours, theirs)]
        keys = weave(list(sides[2]), list(sides[0]))
        found += [_item(part, key, *(side.get(key) for side in sides)) for key in keys]
        found.append(_order(part, *(list(side) for side in sides)))
    for part in SETS:
        found += _members(part, *(each.get(part, []) for each in (base, ours, theirs)))
    return [difference for difference in found if difference is not None]


def merge(base: Document, ours: Document, theirs: Document, choices: Choices | None = None) -> Document:
    """Our content with what was chosen of theirs; see `settle` for what is refused."""
    differences = compare(base, ours, theirs)
    return apply(ours, theirs, differences, settle(differences, choices or {}))


def settle(differences: Iterable[Difference], choices: Choices) -> dict[str, str]:
    """A choice for each difference: the one made, or theirs where only they changed something.

    Raises InvalidInput, by place, where both changed it and nobody chose, and for a choice that is none.
    """
    settled: dict[str, str] = {}
    problems: dict[str, list[str]] = {}
    for difference in differences:
        chosen = choices.get(difference.place, "" if difference.needs_choice else THEIRS)
        if chosen not in difference.results:
            problems[difference.place] = [N_("Choose what it will be.")]
        settled[difference.place] = chosen
    if problems:
        raise InvalidInput(N_("Choose for each change what it will be."), fields=problems)
    return settled


def apply(ours: Document, theirs: Document, differences: Sequence[Difference], settled: Choices) -> Document:
    """Our content with these choices carried out; nothing else is touched."""
    content = dict(ours)
    by_part: dict[str, list[Difference]] = {}
    for difference in differences:
        by_part.setdefault(difference.part, []).append(difference)
    for part, found in by_part.items():
        if part in SINGLE:
            content[part] = found[0].results[settled[found[0].place]][0]
        elif part in SETS:
            content[part] = _apply_members(ours.get(part, []), found, settled)
        else:
            content[part] = _apply_items(part, ours, theirs, found, settled)
    return {part: value for part, value in content.items() if value or part not in PART_LISTS}


def _item(part: str, key: str, base: Any, ours: Any, theirs: Any) -> Difference | None:
    if _same(part, ours, theirs) or _same(part, base, theirs):
        return None
    if theirs is None or ours is None:
        changed = ours != base
        kept = [] if ours is None else [ours]
        results = {OURS: kept, THEIRS: [] if theirs is None else [theirs]}
        return Difference(part, key, base, ours, theirs, results, changed)
    taken, clash = mixed(part, base, ours, theirs)
    if not fits(part, taken):  # our own answer is none to their question
        taken, clash = theirs, True
    results = {OURS: [ours], THEIRS: [taken]}
    both = _both(part, ours, theirs) if clash else None
    if both is not None:
        results[BOTH] = both
    return Difference(part, key, base, ours, theirs, results, clash)


def _both(part: str, ours: Any, theirs: Any) -> list[Any] | None:
    """Ours and theirs together: texts paragraph by paragraph, other items one after the other."""
    if part in SINGLE:
        woven: Any = weave_text(ours, theirs)
    elif part == "sections":
        woven = {**ours, "text": weave_text(ours["text"], theirs["text"])}
    elif part == "parameters":  # two questions about one thing are one too many
        return None
    else:
        return [ours, theirs]
    return [woven] if fits(part, woven) and woven not in (ours, theirs) else None


def _same(part: str, one: Any, other: Any) -> bool:
    """Whether two items say the same, leaving aside what is a community's own."""
    own = OWN_FIELDS.get(part)
    if not own or one is None or other is None:
        return bool(one == other)
    names = (one.keys() | other.keys()) - own
    return all(one.get(name) == other.get(name) for name in names)


def _order(part: str, base: list[str], ours: list[str], theirs: list[str]) -> Difference | None:
    """The order of what all three have; sections stand in an order of their own."""
    common = set(base) & set(ours) & set(theirs)
    before, mine, yours = ([key for key in side if key in common] for side in (base, ours, theirs))
    if part == "sections" or yours in (before, mine):
        return None
    return Difference(part, ORDER, before, mine, yours, {OURS: [mine], THEIRS: [yours]}, mine != before)


def _members(part: str, base: list[str], ours: list[str], theirs: list[str]) -> list[Difference | None]:
    """What came into a set of codes, or left it."""
    found: list[Difference | None] = []
    for code in weave(theirs, base):
        before, mine, yours = (code if code in side else None for side in (base, ours, theirs))
        if yours not in (before, mine):
            results = {OURS: [mine] if mine else [], THEIRS: [yours] if yours else []}
            found.append(Difference(part, code, before, mine, yours, results, False))
    return found


def _apply_members(ours: list[str], found: list[Difference], settled: Choices) -> list[str]:
    kept = list(ours)
    for difference in found:
        wanted = bool(difference.results[settled[difference.place]])
        if wanted and difference.key not in kept:
            kept.append(difference.key)
        elif not wanted and difference.key in kept:
            kept.remove(difference.key)
    return kept


def _apply_items(
    part: str, ours: Document, theirs: Document, found: list[Difference], settled: Choices
) -> list[Document]:
    items = {item["key"]: [item] for item in ours.get(part, [])}
    mine, yours = list(items), [item["key"] for item in theirs.get(part, [])]
    order = next((each for each in found if each.key == ORDER), None)
    for difference in found:
        if difference.key != ORDER and settled[difference.place] != OURS:
            items[difference.key] = difference.results[settled[difference.place]]
    taken = order is not None and settled[order.place] == THEIRS
    keys = weave(yours, mine) if taken else weave(mine, yours)
    names = set(items) | set(yours)
    result: list[Document] = []
    for key in keys:
        for at, item in enumerate(items.get(key, [])):
            name = key if at == 0 else extra_key(key, names)
            names.add(name)
            result.append({**item, "key": name})
    return result
