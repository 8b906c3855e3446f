"""All services for a program, however many: the ids are asked once."""

from __future__ import annotations

import pytest
from sqlalchemy import event

from directory.examples.data import examples
from directory.exports import reading
from directory.exports.hsds_pages import Asked, read_all
from tests.directory.organisations import add


@pytest.fixture
def asked(session):
    """The parameters of the statements of this session, as they come."""
    found: list[object] = []
    engine = session.get_bind()

    def note(_connection, _cursor, _statement, parameters, *_rest) -> None:
        found.append(parameters)

    event.listen(engine, "before_cursor_execute", note)
    yield found
    event.remove(engine, "before_cursor_execute", note)


def test_each_service_comes_once_and_a_batch_asks_for_its_own_only(session, asked, monkeypatch):
    monkeypatch.setattr(reading, "BATCH", 5)
    add(session, *examples(40))
    session.commit()
    asked.clear()
    keys = [entry.key for entry in read_all(session, Asked())]
    assert keys == sorted(set(keys))
    assert len(keys) == 40
    batches = [len(parameters) for parameters in asked][-8:]
    assert batches == [5] * 8
