"""The schedule: what a worker is asked for is there, and goes by its own name."""

from __future__ import annotations

import pytest
from rq.utils import import_attribute, resolve_function_reference

from deploy.schedule import EVERY_HOUR, EVERY_MINUTE, by_name

NAMES = (*EVERY_MINUTE, *EVERY_HOUR)


@pytest.mark.parametrize("name", NAMES)
def test_each_sweep_exists_and_is_written_down_by_its_name(name):
    assert callable(import_attribute(name))
    assert resolve_function_reference(by_name(name)) == (None, name)


@pytest.mark.parametrize("name", NAMES)
def test_who_calls_it_runs_the_sweep(name, monkeypatch):
    called = []
    monkeypatch.setattr(name, lambda: called.append(name))
    by_name(name)()
    assert called == [name]
