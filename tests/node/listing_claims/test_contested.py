"""What nobody may win by trying: two villages for one entry, guessed codes, mail after mail."""

from __future__ import annotations

import pytest

from node.accounts.spoken_codes import new_code
from node.listing_claims import claiming, deciding, proving
from node.listing_claims.models import ListingClaim
from schemas.errors import Conflict
from tests.node.listing_claims.test_flow import claiming_file


def test_two_villages_claim_the_same_and_a_person_decides(story):
    real, false = story.village("esbeek"), story.village("nep")
    assert story.claim(real, "letter").reason == "letter_asked"
    assert story.claim(false, "website").reason == "rival"
    assert story.sent(real).reason == "rival"
    story.site.file = claiming_file(false)
    story.go_on(false, claiming.look_again)
    assert story.listing().state == "published"
    story.decide(deciding.let_proof_decide, real)
    with pytest.raises(Conflict):
        story.decide(deciding.let_proof_decide, false)
    story.decide(deciding.settle, real, by="Ans")
    assert (story.sent(real).state, story.sent(false).state) == ("granted", "refused")
    assert story.sent(false).reason == "taken"
    again = story.claim_by_uri(false, real)
    assert (again.state, again.reason) == ("refused", "taken")


def test_wrong_codes_end_the_claim_and_go_on_counting(story):
    esbeek = story.village("esbeek")
    story.claim(esbeek, "letter")
    story.go_on(esbeek, claiming.send_code, new_code())
    assert story.received(esbeek).attempts == 0, "no letter was made, so nothing could be guessed"
    story.decide(proving.make_letter, esbeek)
    for _attempt in range(proving.MOST_ATTEMPTS - 1):
        assert story.go_on(esbeek, claiming.send_code, new_code()).reason == "wrong_code"
    assert story.go_on(esbeek, claiming.send_code, new_code()).reason == "attempts"
    assert story.received(esbeek).secret_hash is None
    assert story.claim(esbeek, "letter").way == "person"
    with pytest.raises(Conflict):
        story.decide(proving.make_letter, esbeek)


def test_nobody_is_mailed_more_than_twice(story):
    esbeek = story.village("esbeek")
    for _time in range(proving.MOST_MAILS):
        assert story.claim(esbeek, "mail").reason == "mail_sent"
        story.go_on(esbeek, claiming.take_back)
    story.claim(esbeek, "mail")
    assert (story.received(esbeek).way, story.received(esbeek).reason) == ("person", "no_mail")
    story.hub.run("node.mail.jobs.send")
    assert len(story.post.taken) == proving.MOST_MAILS


@pytest.mark.parametrize("network", ["postgresql"], indirect=True)  # on SQLite one waits for the other
@pytest.mark.parametrize("second", [deciding.refuse, deciding.settle])
def test_of_two_decisions_at_once_the_first_counts(story, second):
    esbeek = story.village("esbeek")
    story.claim(esbeek)
    with story.hub.session() as late:
        claim = late.get_one(ListingClaim, story.received(esbeek).id)
        story.decide(deciding.settle if second is deciding.refuse else deciding.refuse, esbeek, by="Ans")
        with pytest.raises(Conflict):
            second(late, story.hub.settings, claim, by="Bea")
    assert story.received(esbeek).decided_by == "Ans"
