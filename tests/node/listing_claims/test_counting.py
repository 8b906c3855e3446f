"""What is refused at once is counted, and what is over for long is forgotten."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select, update

from federation.database import now
from federation.receiving.inbox import InboxActivity
from node.follow_ups.models import FollowUp
from node.follow_ups.retention import DONE, WITHOUT_ENTRY, forget_old
from node.listing_claims import claiming, deciding, receiving
from node.listing_claims.models import ListingClaim, RefusedClaim, SentListingClaim
from node.listing_claims.retention import ENDED, REFUSED
from tests.directory.organisations import add, organisation

on_sqlite = pytest.mark.parametrize("network", ["sqlite"], indirect=True)


@on_sqlite
def test_claims_on_what_is_not_here_are_counted_and_then_not_answered(story):
    esbeek = story.village("esbeek")
    story.claim(esbeek)
    story.go_on(esbeek, claiming.take_back)
    nowhere = f"{story.hub.url}/objects/none"
    claim = story.received(esbeek)

    def ask(number):
        told = receiving.Claimed(f"{claim.uri}-{number}", esbeek.actor_uri, nowhere, "person")
        return story.hub.do(lambda s, _i: receiving.receive(s, story.hub.settings, told))

    for number in range(2 * receiving.MOST_RECENT - 1):
        assert ask(number) is None
    reasons = [each.reason for each in story.hub.all(select(RefusedClaim).order_by(RefusedClaim.id))]
    assert reasons[:9] == ["not_here"] * 9
    assert reasons[9:] == ["too_many"] * 10
    with pytest.raises(receiving.TooMany):
        ask(99)
    assert len(story.hub.all(select(RefusedClaim))) == len(reasons)
    other = story.village("nep")
    assert story.claim(other).state == "waiting", "one village's flood is no other's"


@on_sqlite
def test_asking_again_about_what_is_over_counts_too(story):
    esbeek = story.village("esbeek")
    story.claim(esbeek)
    story.decide(deciding.refuse, esbeek, by="Ans")
    claim = story.received(esbeek)
    told = receiving.Claimed(claim.uri, esbeek.actor_uri, story.listing().uri, "person")
    for _time in range(2 * receiving.MOST_RECENT - 1):
        story.hub.do(lambda s, _i: receiving.receive(s, story.hub.settings, told))
    with pytest.raises(receiving.TooMany):
        story.hub.do(lambda s, _i: receiving.receive(s, story.hub.settings, told))
    assert not story.hub.all(select(InboxActivity).where(InboxActivity.state == "failed"))


def test_what_is_over_for_a_year_is_forgotten_and_nothing_else(story):
    esbeek, other = story.village("esbeek"), story.village("nep")
    for village in (esbeek, other):
        story.claim(village)
    story.decide(deciding.refuse, esbeek, by="Ans", note="Zij zijn van Diessen")
    story.hub.do(lambda s, _i: s.add(RefusedClaim(claimant_uri="x", reason="not_here")))

    def forget():
        for node in (story.hub, esbeek, other):
            node.run("node.listing_claims.jobs.forget")
        return (
            sorted((each.state for each in story.hub.all(select(ListingClaim))), reverse=True),
            len(story.hub.all(select(RefusedClaim))),
            [len(each.all(select(SentListingClaim))) for each in (esbeek, other)],
        )

    assert forget() == (["refused", "contested"], 1, [1, 1])
    old = now() - ENDED - timedelta(days=1)
    story.hub.do(
        lambda s, _i: s.execute(
            update(ListingClaim).where(ListingClaim.state == "refused").values(decided_at=old)
        )
    )
    story.hub.do(lambda s, _i: s.execute(update(RefusedClaim).values(asked_at=now() - REFUSED)))
    for village in (esbeek, other):
        village.do(lambda s, _i: s.execute(update(SentListingClaim).values(asked_at=old, answered_at=old)))
    assert forget() == (["contested"], 0, [0, 1])


def test_notes_go_when_their_entry_is_long_gone_and_tasks_long_done(session):
    add(session, organisation("De Brink"))
    uri = session.scalar(select(claiming.Entry.uri))

    def note(text, entry_uri, **told):
        told = {"created_at": now() - WITHOUT_ENTRY * 3, **told}
        session.add(FollowUp(entry_uri=entry_uri, entry_name="x", text=text, by="Ans", **told))

    day, gone = timedelta(days=1), "https://weg.example/1"
    note("of an entry", uri)
    note("of an entry that is back", uri, orphaned_at=now() - WITHOUT_ENTRY - day)
    note("of an entry that just went", gone)
    note("a task of it", gone, due_on=now().date())
    note("gone for nearly a year", gone, orphaned_at=now() - WITHOUT_ENTRY + day)
    note("gone for a year", gone, orphaned_at=now() - WITHOUT_ENTRY - day)
    note("done lately", uri, done_at=now() - DONE + day)
    note("done long ago", uri, done_at=now() - DONE - day)
    session.flush()
    for _hour in range(2):
        forget_old(session)
    assert dict(session.execute(select(FollowUp.text, FollowUp.orphaned_at.is_not(None))).all()) == {
        "of an entry": False,
        "of an entry that is back": False,
        "of an entry that just went": True,
        "a task of it": True,
        "gone for nearly a year": True,
        "done lately": False,
    }
    assert forget_old(session) == 0
