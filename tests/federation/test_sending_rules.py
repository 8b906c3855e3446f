"""The rules of sending: pure functions, shown by properties."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from federation.relations.breakers import Contact, next_state, pause_after
from federation.relations.peers import BREAKER_FAILURES, BREAKER_PAUSE, BREAKER_WINDOW
from federation.sending import wishes
from federation.sending.answers import MOST_BODY, MOST_HEAD, BadAnswer, read_answer
from federation.sending.rules import (
    HELD,
    LONGEST_ASKED,
    LONGEST_PAUSE,
    REFUSALS,
    Outcome,
    judge,
    retry_after,
    retry_delay,
)

MOMENT = datetime.now(UTC)
statuses = st.none() | st.integers(100, 599)


@given(st.integers(1, 1000), st.floats(0, 10 * HELD), st.floats(0, 0.999))
def test_a_pause_is_bounded_and_ends(attempts, elapsed, draw):
    pause = retry_delay(attempts, elapsed, draw)
    assert (pause is None) == (elapsed >= HELD)
    if pause is not None:
        assert 3 <= pause <= LONGEST_PAUSE * 1.25
        assert pause <= (retry_delay(attempts + 1, elapsed, draw) or 0)


@given(
    statuses, st.integers(1, 50), st.floats(0, 2 * HELD), st.floats(0, 0.999), st.none() | st.floats(0, 1e5)
)
def test_every_outcome_has_one_consequence(status, attempts, elapsed, draw, asked):
    verdict = judge(Outcome(1, status=status, retry_after=asked), attempts, elapsed, draw)
    assert verdict.state in {"done", "due", "gave_up"}
    assert (verdict.state == "gave_up") == bool(verdict.reason_code)
    assert (verdict.state == "done") == (status is not None and 200 <= status < 300)
    if verdict.state == "due":
        assert verdict.delay >= max(3.0, asked or 0.0)
        assert elapsed < HELD


@pytest.mark.parametrize("status", [401, 403])
def test_a_refusal_is_final_after_six_attempts(status):
    states = [judge(Outcome(1, status=status), attempt, 60, 0.5).state for attempt in range(1, REFUSALS + 1)]
    assert states == ["due"] * (REFUSALS - 1) + ["gave_up"]


@given(st.integers(0, 10**12))
def test_seconds_of_a_retry_after_are_bounded(seconds):
    assert retry_after(str(seconds), MOMENT) == min(float(str(seconds)[:9]), LONGEST_ASKED)


@given(st.integers(-(10**6), 10**6))
def test_a_date_in_a_retry_after_means_the_seconds_until_then(seconds):
    whole = MOMENT.replace(microsecond=0)
    header = format_datetime(whole + timedelta(seconds=seconds), usegmt=True)
    assert retry_after(header, whole) == min(max(seconds, 0), LONGEST_ASKED)


@given(st.text(max_size=60))
def test_no_retry_after_is_a_surprise(header):
    found = retry_after(header, MOMENT)
    assert found is None or 0 <= found <= LONGEST_ASKED


def row(**changes):
    empty = {"failures": 0, "breaker_until": None, "last_failure_at": None, "last_failure": ""}
    return {**empty, "last_success_at": None, "scheme": "", "wish": "", **changes}


@given(st.lists(st.tuples(st.booleans(), st.floats(0, 3600)), max_size=40))
def test_a_breaker_opens_after_five_failures_in_a_row_and_closes_at_an_answer(history):
    state, moment, in_a_row = row(), MOMENT, 0
    for answered, wait in history:
        before = moment
        moment += timedelta(seconds=wait)
        recent = state["breaker_until"] is not None or moment - before < BREAKER_WINDOW
        in_a_row = 0 if answered else (in_a_row if recent else 0) + 1
        state = next_state(state, Contact(answered), moment)
        assert state["failures"] == in_a_row
        pause = pause_after(in_a_row) if in_a_row else None
        assert state["breaker_until"] == (moment + pause if pause else None)
        assert (pause == BREAKER_PAUSE) == (in_a_row >= BREAKER_FAILURES)


def test_an_answer_may_ask_for_a_pause_and_a_lone_error_is_none():
    asked = next_state(row(), Contact(True, pause=120.0), MOMENT)
    assert (asked["failures"], asked["breaker_until"]) == (0, MOMENT + timedelta(seconds=120))
    strange = next_state(row(), Contact(False, pauses=False), MOMENT)
    assert (strange["failures"], strange["breaker_until"]) == (1, None)


@given(st.binary(max_size=200), st.booleans())
def test_no_answer_is_a_surprise(data, ended):
    try:
        found = read_answer(data, ended=ended)
    except BadAnswer:
        return
    assert found is None or 200 <= found.status <= 999


@pytest.mark.parametrize(
    ("data", "status", "text", "is_reusable"),
    [
        (b"HTTP/1.1 202 Accepted\r\nContent-Length: 0\r\n\r\n", 202, "", True),
        (b"HTTP/1.0 202 Accepted\r\nContent-Length: 0\r\n\r\n", 202, "", False),
        (b"HTTP/1.1 204\r\n\r\n", 204, "", True),
        (b"HTTP/1.1 202 OK\r\nConnection: close\r\nContent-Length: 0\r\n\r\n", 202, "", False),
        (b"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 202 OK\r\nContent-Length: 2\r\n\r\nok", 202, "", True),
        (b"HTTP/1.1 400 No\r\nContent-Length: 3\r\n\r\nbad", 400, "bad", True),
        (b"HTTP/1.1 400 No\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nbad\r\n0\r\n\r\n", 400, "bad", True),
        (b"HTTP/1.1 400 No\r\nContent-Length: 99999\r\n\r\n" + b"x" * 400, 400, "x" * 400, False),
        (b"HTTP/1.1 202 OK\r\nContent-Length: 2\r\n\r\nok and more", 202, "", False),
        (
            b"HTTP/1.1 400 No\r\nTransfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\n0\r\n\r\n",
            400,
            "",
            True,
        ),
    ],
)
def test_answers_are_read(data, status, text, is_reusable):
    found = read_answer(data, ended=False)
    assert found is not None
    assert (found.status, found.text, found.is_reusable) == (status, text, is_reusable)
    # the same, however it was cut into pieces
    partial = [read_answer(data[:at], ended=False) for at in range(data.index(b"\r\n\r\n"))]
    assert partial == [None] * len(partial)


@pytest.mark.parametrize(
    "data",
    [
        b"SSH-2.0-OpenSSH_9.2\r\n",
        b"HTTP/2 200\r\n\r\n",
        b"HTTP/1.1 20\r\n\r\n",
        b"HTTP/1.1 2000\r\n\r\n",
        b"HTTP/1.1 +20 ok\r\n\r\n",
        b"HTTP/1.1 200 OK\r\nX: " + b"x" * (MOST_HEAD + MOST_BODY),
    ],
)
def test_what_is_not_http_ends_the_exchange(data):
    with pytest.raises(BadAnswer):
        read_answer(data, ended=False)


@pytest.mark.parametrize(
    ("header", "components", "algorithm"),
    [
        (
            'sig1=("@method" "@target-uri" "@authority" "content-digest");created;alg="rsa-v1_5-sha256"',
            ("@method", "@target-uri", "@authority", "content-digest"),
            "rsa-v1_5-sha256",
        ),
        ('a=("@method" "@path")', ("@method", "@path", "@target-uri", "content-digest"), "ed25519"),
        (
            'no=("x-secret"), yes=("@method" "date")',
            ("@method", "date", "@target-uri", "content-digest"),
            "ed25519",
        ),
    ],
)
def test_a_wish_that_we_can_fulfil_is_understood(header, components, algorithm):
    wish = wishes.read(header)
    assert wish is not None
    assert (wish.components, wish.algorithm) == (components, algorithm)
    assert wishes.read(wish.written()).components == components


@pytest.mark.parametrize(
    "header",
    [
        "",
        "nonsense(",
        "sig1=1",
        'sig1=("@status")',
        'sig1=("@method");alg="hmac-sha256"',
        "x" * 1000,
        'a=("@method";req)',
    ],
)
def test_a_wish_that_we_cannot_fulfil_has_no_effect(header):
    assert wishes.read(header) is None


@given(st.text(max_size=300))
def test_no_wish_is_a_surprise(header):
    wish = wishes.read(header)
    assert wish is None or set(wishes.NEEDED) <= set(wish.components)
