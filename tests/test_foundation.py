"""The foundation: sessions, wake-ups and settings."""

from __future__ import annotations

import pytest
from sqlalchemy import text

from federation.queue import wake_after_commit
from federation.settings import InvalidSettings, load_settings


def test_a_wake_up_is_sent_after_commit_only(session, runtime):
    wake_after_commit(session, "some.job")
    session.execute(text("select 1"))
    assert runtime.queue.redis.llen("rq:queue:omzien") == 0
    session.commit()
    assert runtime.queue.redis.llen("rq:queue:omzien") == 1


def test_a_savepoint_neither_sends_a_wake_up_nor_forgets_one(session, runtime):
    session.execute(text("select 1"))
    wake_after_commit(session, "some.job")
    with session.begin_nested():
        wake_after_commit(session, "other.job")
    session.begin_nested().rollback()
    assert runtime.queue.redis.llen("rq:queue:omzien") == 0
    session.commit()
    assert runtime.queue.redis.llen("rq:queue:omzien") == 2


def test_all_wrong_settings_are_named_together():
    with pytest.raises(InvalidSettings) as caught:
        load_settings({"OMZIEN_PORT": "x", "OMZIEN_LOG_LEVEL": "LOUD"})
    assert "OMZIEN_PORT" in caught.value.detail
    assert "OMZIEN_LOG_LEVEL" in caught.value.detail
