"""Two who change one claim at once, on PostgreSQL: who waits holds nothing, so nobody waits for ever.

On SQLite one writer waits for the other at the start of its transaction.
"""

from __future__ import annotations

import threading
import time

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import SQLAlchemyError

from node.listing_claims import codes, deciding, jobs, proving, receiving
from node.listing_claims.models import ListingClaim
from node.listing_claims.receiving import Claimed
from node.listings.models import Listing
from node.listings.revisions import lock
from schemas.errors import AppError

on_postgresql = pytest.mark.parametrize("network", ["postgresql"], indirect=True)


def _claimed(claim, uri, way="letter", digest=""):
    return Claimed(claim.uri, claim.claimant_uri, uri, way, digest)


def _right_code(story, session, claim):
    digest = codes.digest_of(claim.secret_hash, claim.uri)
    proving.try_code(session, story.hub.settings, claim, digest)


def _wrong_code(story, session, claim):
    proving.try_code(session, story.hub.settings, claim, "0" * 64)


def _letter(story, session, claim):
    proving.make_letter(session, story.hub.settings, claim)


def _file(story, session, claim):
    proving.found_file(session, story.hub.settings, claim, is_there=True)


def _look(_story, session, claim):
    proving.look_again(session, claim)


def _back(story, session, claim):
    receiving.take_back(session, _claimed(claim, story.listing().uri))


def _again(story, session, claim):
    receiving.receive(session, story.hub.settings, _claimed(claim, story.listing().uri, digest="0" * 64))


def _new(story, session, claim):
    uri = f"{claim.uri}-new"
    told = Claimed(uri, claim.claimant_uri, story.listing().uri, "person")
    receiving.receive(session, story.hub.settings, told)


def _refuse(story, session, claim):
    deciding.refuse(session, story.hub.settings, claim, by="Bea")


def _expire(story, session, _claim):
    deciding.expire(session, story.hub.settings)


ACTS = [_right_code, _wrong_code, _letter, _file, _look, _back, _again, _new, _refuse, _expire]


@on_postgresql
@pytest.mark.parametrize("act", ACTS, ids=lambda act: act.__name__)
def test_whoever_waits_for_a_claim_holds_nothing_of_it(story, act):
    esbeek = story.village("esbeek")
    story.claim(esbeek, "letter")
    story.decide(proving.make_letter, esbeek)
    if act is _expire:
        story.pass_days(31)
    claim_id = story.received(esbeek).id
    failures = []

    def second():
        with story.hub.session() as session:
            try:
                act(story, session, session.get_one(ListingClaim, claim_id))
                session.commit()
            except AppError:
                return
            except SQLAlchemyError as error:
                failures.append(error)

    with story.hub.session() as first:
        claim = first.get_one(ListingClaim, claim_id)
        lock(first, first.get_one(Listing, claim.listing_id))
        thread = threading.Thread(target=second)
        thread.start()
        _wait_until_somebody_waits(story)
        first.execute(select(ListingClaim.id).where(ListingClaim.id == claim_id).with_for_update(nowait=True))
        deciding.settle(first, story.hub.settings, claim, by="Ans")
        first.commit()
    thread.join(20)
    assert not thread.is_alive()
    assert failures == []
    assert story.hub.get(ListingClaim, claim_id).decided_by == "Ans"
    assert story.listing().state == "withdrawn"


@on_postgresql
def test_two_workers_look_at_different_websites(story):
    esbeek = story.village("esbeek")
    story.claim(esbeek, "website")
    story.hub.do(lambda s, _i: proving.look_again(s, s.scalars(select(ListingClaim)).one()))
    with story.hub.session() as first:
        first.execute(select(ListingClaim.id).with_for_update())
        assert story.hub.run("node.listing_claims.jobs.look_at_websites") is None
        assert jobs._take() == []


def _wait_until_somebody_waits(story):
    waiting = text("SELECT count(*) FROM pg_locks WHERE NOT granted")
    deadline = time.monotonic() + 20
    with story.hub.session() as session:
        while not session.scalar(waiting):
            assert time.monotonic() < deadline, "nobody waits: it took no lock that the first one holds"
            session.rollback()
            time.sleep(0.01)
