"""Copies of the pictures of others: asked for once, believed when right, and gone when nobody shows them."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import update

from directory.pictures import jobs, service
from directory.pictures.encoding import MOST_BYTES, Encoded, digest_of, encode
from directory.pictures.models import KnownPicture, Picture
from federation.database import now
from tests.directory.pictures.photographs import noise, photograph, saying_its_size, with_chunk
from tests.federation.remote import Answer, redirect, serving

OWNER, FORMAT = "https://dorp.example/actors/dorp", "https://dorp.example/objects/1"
ENCODED = encode(photograph())


def told(url, encoded=ENCODED):
    names = ("digest", "media_type", "width", "height")
    return {"url": url} | {name: getattr(encoded, name) for name in names}


def jpeg(data=ENCODED.data, **options):
    return Answer(data, headers={"Content-Type": "image/jpeg"}, **options)


@pytest.fixture
def remote():
    with serving() as server:
        yield server


def show(runtime, *pictures, uri=FORMAT):
    with runtime.database.session(write=True) as session:
        service.project(session, uri, OWNER, list(pictures))
        session.commit()


def here(runtime):
    with runtime.database.session(write=False) as session:
        return {picture.digest for picture in session.query(Picture)}


def rows(runtime):
    with runtime.database.session(write=False) as session:
        return session.query(KnownPicture).all()


def test_a_picture_of_others_is_fetched_once_and_stays(runtime, remote):
    remote.answers["/a"] = jpeg()
    show(runtime, told(f"{remote.base}/a"))
    jobs.sweep()
    jobs.sweep()
    assert here(runtime) == {ENCODED.digest}
    assert remote.paths() == ["/a"]
    show(runtime, told(f"{remote.base}/elsewhere"), uri=f"{FORMAT}2")  # a copy of the format has it too
    jobs.sweep()
    assert remote.paths() == ["/a"]


@pytest.mark.parametrize(
    "answer",
    [
        jpeg(encode(noise(30, 30)).data),
        jpeg(photograph()),
        jpeg(b"x" * (MOST_BYTES + 1)),
        Answer(ENCODED.data, headers={"Content-Type": "text/html"}),
        Answer(ENCODED.data, headers={"Content-Type": "image/svg+xml"}),
        Answer(b"", 404),
        redirect("http://10.0.0.1/a"),
    ],
    ids=["another", "with notes", "too large", "a page", "a drawing", "not there", "leads inside"],
)
def test_what_is_not_that_picture_is_not_kept_and_not_asked_for_again(runtime, remote, answer):
    remote.answers["/a"] = answer
    show(runtime, told(f"{remote.base}/a"))
    jobs.sweep()
    assert here(runtime) == set()
    assert [(row.due_at, row.failures) for row in rows(runtime)] == [(None, 1)]


def test_a_server_that_is_away_is_asked_later_and_not_for_ever(runtime, remote):
    remote.answers["/a"] = Answer(b"", 503)
    show(runtime, told(f"{remote.base}/a"))
    for attempt in range(1, service.MOST_FAILURES + 1):
        with runtime.database.session(write=True) as session:
            session.execute(update(KnownPicture).values(due_at=now() - timedelta(minutes=1)))
            session.commit()
        jobs.sweep()
        (row,) = rows(runtime)
        assert row.failures == attempt
        assert (row.due_at is None) == (attempt == service.MOST_FAILURES)
    assert here(runtime) == set()


def test_another_address_of_the_same_picture_is_tried(runtime, remote):
    show(runtime, told(f"{remote.base}/gone"))
    jobs.sweep()
    remote.answers["/moved"] = jpeg()
    show(runtime, told(f"{remote.base}/moved"))
    jobs.sweep()
    assert here(runtime) == {ENCODED.digest}


def test_another_owner_who_tells_something_else_of_a_picture_does_not_stop_it(runtime, remote):
    remote.answers["/a"] = jpeg()
    lie = told(f"{remote.base}/a", replace(ENCODED, width=1))
    show(runtime, lie, uri="https://a.example/objects/1")
    show(runtime, told(f"{remote.base}/a"))
    show(runtime, lie, uri="https://z.example/objects/1")
    jobs.sweep()
    assert here(runtime) == {ENCODED.digest}


def test_a_picture_that_breaks_its_reader_does_not_hold_up_the_others(runtime, remote):
    for at, data in enumerate((with_chunk(b"eXIf", b"II*\0"), saying_its_size(20_000, 20_000))):
        remote.answers[f"/{at}"] = Answer(data, headers={"Content-Type": "image/png"})
        facts = Encoded(digest_of(data), "image/png", 64, 48, data)
        show(runtime, told(f"{remote.base}/{at}", facts), uri=f"{FORMAT}{at}")
    remote.answers["/good"] = jpeg()
    show(runtime, told(f"{remote.base}/good"), uri=f"{FORMAT}good")
    jobs.sweep()
    assert here(runtime) == {ENCODED.digest}
    assert {row.due_at for row in rows(runtime)} == {None}


def test_an_owner_with_very_many_pictures_does_not_fill_the_disk(runtime, monkeypatch):
    monkeypatch.setattr(service, "MOST_OF_ONE_OWNER", 3)
    many = [told("https://dorp.example/a", replace(ENCODED, digest=f"sha256:{at:064x}")) for at in range(5)]
    show(runtime, *many)
    show(runtime, told("https://dorp.example/b"), uri=f"{FORMAT}2")
    assert len(rows(runtime)) == 3


def test_beyond_the_most_no_more_are_asked_for(runtime, remote, monkeypatch):
    monkeypatch.setattr(service, "MOST_KEPT", 0)
    show(runtime, told(f"{remote.base}/a"))
    jobs.sweep()
    assert remote.paths() == []


def test_a_picture_that_nobody_shows_goes_after_a_while_and_one_of_ours_stays(runtime, remote):
    remote.answers["/a"] = jpeg()
    show(runtime, told(f"{remote.base}/a"))
    jobs.sweep()
    show(runtime)
    with runtime.database.session(write=True) as session:
        assert service.forget_unused(session, set()) == 0  # it may come back
        session.execute(update(Picture).values(kept_at=now() - service.UNUSED_FOR - timedelta(days=1)))
        assert service.forget_unused(session, {ENCODED.digest}) == 0
        assert not service.is_public(session, ENCODED.digest)
        assert service.forget_unused(session, set()) == 1
