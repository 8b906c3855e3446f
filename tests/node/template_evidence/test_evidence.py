"""The evidence of a template over the copies and the copies of copies that this node knows."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime

import pytest

from directory.replica.families import Relative
from directory.replica.figures import ReleasedFigure
from directory.replica.records import Record
from directory.replica.template_usage import KnownUsage
from directory.replica.templates import KnownTemplate
from node.activity_templates import copying, service
from node.activity_templates.ancestry import MOST_BYTES, ancestors_after
from node.template_evidence.evidence import evidence_of, ladders_of
from node.template_evidence.family_picture import MOST_BOXES, draw_family
from schemas.errors import Conflict
from schemas.template_evidence import COPYABLE_LICENSES, LICENSES, MOST_ANCESTORS
from tests.example_format import AUSTERLITZ_EET

TODAY, NOW = date(2026, 11, 22), datetime(2026, 11, 22, tzinfo=UTC)


def keep(session, name, parent=None, owner=None, **document):
    """A received template of a village of this name."""
    owner_uri = f"https://{owner or name}.example/actors/dorp"
    known = KnownTemplate(
        uri=f"https://{name}.example/objects/1", key=name, owner_uri=owner_uri, name=f"{name} eet",
        summary="", version=1, content_hash="sha256:" + "0" * 64, updated_at=NOW,
        copied_from_uri=f"https://{parent}.example/objects/1" if parent else None,
        license=document.get("license", "CC-BY-SA-4.0"),
    )  # fmt: skip
    content = {**AUSTERLITZ_EET, "name": known.name, "version": 1, "contentHash": known.content_hash}
    record = Record(
        uri=known.uri, type="ActivityTemplate", owner_uri=owner_uri, updated_at=NOW, received_at=NOW,
        document={**content, "license": "CC-BY-SA-4.0", **document}, verified_with="z",
    )  # fmt: skip
    session.add_all([known, record])
    session.flush()
    return known


def use(session, known, start="2025-01", stop=None):
    """What its owner told."""
    session.add(
        KnownUsage(
            uri=known.uri, owner_uri=known.owner_uri, started_on=date.fromisoformat(f"{start}-01"),
            stopped_on=date.fromisoformat(f"{stop}-01") if stop else None, told_on=TODAY.replace(day=1),
        )
    )  # fmt: skip
    session.flush()


def figure(session, known, value, error_bar, period=date(2026, 7, 1), version=1):
    """A released figure of the owner of a template."""
    session.add(
        ReleasedFigure(
            uri=f"{known.owner_uri}/{period}/{version}", position=0, owner_uri=known.owner_uri, name="Eters",
            indicator="nl:diners", indicator_version=version, period_start=period, period_end=period,
            value=value, error_bar=error_bar, epsilon=0.25, sensitivity=1, guarantee="", released_at=NOW,
        )
    )  # fmt: skip
    session.flush()


def test_use_of_copies_and_of_copies_of_copies_counts_for_what_they_go_back_to(session):
    first, second, third = keep(session, "a"), keep(session, "b", "a"), keep(session, "c", "b")
    use(session, second)
    use(session, third, stop="2025-03")
    found = evidence_of(session, first.uri, [], TODAY)
    assert (found.copies, found.summary.told, found.summary.running, found.summary.stopped) == (2, 2, 1, 1)
    assert found.ladder.step == "tried"
    use(session, first)
    assert evidence_of(session, first.uri, [], TODAY).ladder.step == "in_use"
    below = evidence_of(session, third.uri, [], TODAY)
    assert (below.copies, below.summary.told, below.origin.step) == (0, 1, "in_use")
    assert {uri: ladder.step for uri, ladder in ladders_of(session, [first, third], TODAY).items()} == {
        first.uri: "in_use",
        third.uri: "tried",
    }


def test_a_community_with_two_copies_counts_once(session):
    first = keep(session, "a")
    for name in ("b", "c"):
        use(session, keep(session, name, "a", owner="same"))
    found = evidence_of(session, first.uri, [], TODAY)
    assert (found.copies, found.summary.told) == (1, 1)


def test_a_copy_of_ones_own_is_no_village_more(session):
    first = keep(session, "a")
    keep(session, "b", "a", owner="a")
    assert evidence_of(session, first.uri, [], TODAY).copies == 0


def test_copies_that_were_taken_back_are_said_to_be_unknown(session):
    first, second = keep(session, "a"), keep(session, "b", "a")
    second.withdrawn_at = NOW
    found = evidence_of(session, first.uri, [], TODAY)
    assert (found.copies, found.withdrawn) == (0, 1)


def test_figures_are_the_mean_of_the_newest_of_each_with_a_smaller_error_bar(session):
    first, second, third = keep(session, "a"), keep(session, "b", "a"), keep(session, "c", "a")
    use(session, second)
    figure(session, first, 20, 6)
    figure(session, second, 40, 8)
    figure(session, second, 99, 8, period=date(2025, 7, 1))
    figure(session, third, 500, 8)  # told nothing of its use
    (found,) = evidence_of(session, first.uri, ["nl:diners", "nl:members"], TODAY).figures
    assert (found.indicator, found.mean, found.error_bar, found.count) == ("nl:diners", 30, 5, 2)


def test_figures_of_two_definitions_are_never_added_up(session):
    first, second = keep(session, "a"), keep(session, "b", "a")
    use(session, second)
    figure(session, first, 20, 6, version=1)
    figure(session, second, 40, 8, version=2)
    (found,) = evidence_of(session, first.uri, ["nl:diners"], TODAY).figures
    assert (found.mean, found.count) == (40, 1)


def test_every_ancestor_is_credited_also_one_that_is_gone(session):
    gone = {"id": "https://weg.example/objects/1", "name": "Weg eet", "writtenBy": "Weg",
            "version": 3, "license": "CC-BY-SA-4.0"}  # fmt: skip
    keep(session, "b", "weg", ancestors=[{**gone, "extra": "van een ander"}])
    copy = copying.copy_template(session, "https://b.example/objects/1", name="Ons eten", answers={})
    assert [credit["name"] for credit in copy.ancestors] == ["b eet", "Weg eet"]
    assert copy.ancestors[1] == gone


def test_of_a_copy_from_before_ancestors_travelled_the_line_is_looked_up(session):
    keep(session, "a")
    keep(session, "b", "a", copiedFrom={"id": "https://a.example/objects/1"})
    record = session.get(Record, "https://b.example/objects/1")
    assert [credit["name"] for credit in ancestors_after(session, record)] == ["b eet", "a eet"]


@pytest.mark.parametrize("length", [1, 300, 1900])
def test_a_line_of_long_names_still_fits_beside_the_content(session, length):
    line = [
        {"id": f"https://x{at}.example/{'a' * length}", "name": "é" * 200, "writtenBy": "x", "version": 1,
         "license": "CC0-1.0"} for at in range(MOST_ANCESTORS)
    ]  # fmt: skip
    keep(session, "b", ancestors=line)
    kept = ancestors_after(session, session.get(Record, "https://b.example/objects/1"))
    assert len(json.dumps(kept, ensure_ascii=False).encode()) < 1.05 * MOST_BYTES
    assert (kept[0]["name"], kept[-1]["id"]) == ("b eet", line[-1]["id"])


def test_a_long_line_keeps_its_beginning(session):
    line = [
        {"id": f"https://x{at}.example/1", "name": f"x{at}", "writtenBy": "x", "version": 1,
         "license": "CC0-1.0"} for at in range(MOST_ANCESTORS)
    ]  # fmt: skip
    keep(session, "b", ancestors=line)
    kept = ancestors_after(session, session.get(Record, "https://b.example/objects/1"))
    assert 30 < len(kept) <= MOST_ANCESTORS
    assert (kept[0]["name"], kept[-1]["name"]) == ("b eet", f"x{MOST_ANCESTORS - 1}")


@pytest.mark.parametrize("license", LICENSES)
def test_only_a_licence_that_allows_it_is_copied(session, license):
    keep(session, "b", license=license)
    if license in COPYABLE_LICENSES:
        copy = copying.copy_template(session, "https://b.example/objects/1", name="Ons", answers={})
        assert copy.ancestors[0]["license"] == license
    else:
        with pytest.raises(Conflict):
            copying.copy_template(session, "https://b.example/objects/1", name="Ons", answers={})


def test_a_licence_is_not_washed_by_a_copy_in_between(session):
    ancestor = {"id": "https://a.example/1", "name": "a", "writtenBy": "a", "version": 1,
                "license": "CC-BY-NC-4.0"}  # fmt: skip
    keep(session, "b", ancestors=[ancestor])
    with pytest.raises(Conflict):
        copying.copy_template(session, "https://b.example/objects/1", name="Ons", answers={})


def test_a_published_copy_carries_its_ancestors(village, neighbour):
    origin = service.create_template(neighbour.session, AUSTERLITZ_EET)
    service.publish_template(neighbour.session, neighbour.settings, origin)
    village.hears(neighbour)
    copy = copying.copy_template(village.session, origin.object_uri, name="Elsendorp Eet", answers={})
    service.publish_template(village.session, village.settings, copy)
    (credit,) = village.sent()[-1]["object"]["ancestors"]
    assert (credit["id"], credit["writtenBy"], credit["license"]) == (
        origin.object_uri,
        "Austerlitz Zorgt",
        "CC-BY-SA-4.0",
    )


def tree(name, *children):
    """A family without a database."""
    template = KnownTemplate(uri=name, name=name, owner_uri=name)
    return Relative(name, template, None, list(children))


def test_the_picture_of_five_hundred_copies_is_folded_and_keeps_the_page_s_own(session):
    root = tree("root", *(tree(f"c{at}", tree(f"g{at}")) for at in range(250)))
    picture = draw_family(root, {}, "g249", "?")
    names = [box.name for box in picture.boxes]
    assert len(picture.boxes) <= MOST_BOXES + 3
    assert {"root", "c249", "g249"} <= set(names)
    assert sum(box.folded for box in picture.boxes) + sum(not box.folded for box in picture.boxes) == 501
    assert [box.name for box in picture.boxes if box.is_here] == ["g249"]


def test_boxes_never_lie_on_one_another():
    root = tree("a", tree("b", *(tree(f"b{at}") for at in range(9))), tree("c", tree("d")), tree("e"))
    boxes = draw_family(root, {}, "d", "?").boxes
    assert len({(box.x, box.y) for box in boxes}) == len(boxes)
    assert len(draw_family(root, {}, "d", "?").lines) == len(boxes) - 1
