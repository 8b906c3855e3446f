"""A program whose queue falls says so in one line, ends, and leaves the rest to the supervisor."""

from __future__ import annotations

import logging

import pytest
from redis import Redis
from rq import Queue
from rq.exceptions import StopRequested

from deploy.queue_loss import LOST, InOneLine, Worker, ending_with_the_queue
from tests.journeys.nodes import free_port


@pytest.fixture
def nobody() -> Redis:
    """A queue where nobody answers."""
    return Redis(port=free_port(), retry=None)


def test_a_lost_queue_ends_the_program_with_one_line(nobody, capsys):
    with pytest.raises(SystemExit) as ending, ending_with_the_queue():
        nobody.ping()
    assert ending.value.code == 1
    said = capsys.readouterr()
    assert "queue.lost" in said.out + said.err
    assert "Traceback" not in said.out + said.err


def test_a_stop_while_it_starts_is_a_clean_end():
    with ending_with_the_queue():
        raise StopRequested


def test_any_other_mistake_is_not_hidden():
    with pytest.raises(ZeroDivisionError), ending_with_the_queue():
        1 / 0  # noqa: B018


def _record_of(problem: Exception) -> logging.LogRecord:
    way = (type(problem), problem, None)
    return logging.LogRecord("rq.worker", logging.ERROR, __file__, 1, "Worker %s: quitting", ("w1",), way)


def test_the_log_says_that_it_is_lost_without_the_way_there(nobody):
    record = _record_of(_caught(nobody.ping, LOST))
    assert InOneLine().filter(record)
    line = logging.Formatter().format(record)
    assert line.startswith("Worker w1: quitting")
    assert "\n" not in line


def test_the_log_keeps_the_way_to_any_other_mistake():
    record = _record_of(ValueError("ours"))
    assert InOneLine().filter(record)
    assert "ValueError: ours" in logging.Formatter().format(record)


def test_a_job_that_loses_the_queue_is_one_line(redis_url, nobody, capsys, caplog):
    queue = Redis.from_url(redis_url)
    worker = Worker([Queue("loss", connection=queue)], connection=queue)
    job = Queue("loss", connection=queue).enqueue("math.sqrt", 4)
    for problem in (_caught(nobody.ping, LOST), _caught(lambda: 1 / 0, ZeroDivisionError)):
        worker.handle_exception(job, type(problem), problem, problem.__traceback__)
    assert "job.lost_its_queue" in capsys.readouterr().out
    assert "ZeroDivisionError" in caplog.text  # any other is told whole
    assert "ConnectionError" not in caplog.text
    job.delete()


def _caught(failing, kind) -> Exception:
    with pytest.raises(kind) as caught:
        failing()
    return caught.value
