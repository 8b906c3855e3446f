"""Why something failed: from a status and an error to one code, and for every code there are words."""

from __future__ import annotations

import socket

import pytest

from federation.health.failures import REASONS, reason_of
from federation.health.refusals import REFUSALS
from federation.health.round_trip_steps import STEPS
from node.federation_health import step_words, words
from tests.federation.bad_proxy import proxying
from tests.federation.sending_to import outcome_at

TABLE = [
    (
        None,
        "ConnectionRefusedError: [Errno 111] Connect call failed ('192.0.2.1', 443)",
        "",
        "connection_refused",
    ),
    (
        None,
        "ClientConnectorError: Cannot connect to host a.example:443 ssl:default [Connect call failed]",
        "",
        "connection_refused",
    ),
    (None, "OSError: [Errno 113] No route to host", "", "connection_refused"),
    (None, "gaierror: [Errno -2] Name or service not known", "", "name_unknown"),
    (
        None,
        "ClientConnectorDNSError: Cannot connect to host a.example:443 ssl:default [x]",
        "",
        "name_unknown",
    ),
    (
        None,
        "SSLCertVerificationError: (1, '[SSL: CERTIFICATE_VERIFY_FAILED] certificate has expired')",
        "",
        "certificate",
    ),
    (
        None,
        "ClientConnectorCertificateError: Cannot connect to host a.example:443 ssl:True",
        "",
        "certificate",
    ),
    (None, "no answer in time", "", "timeout"),
    (None, "no complete answer within 10 seconds", "", "timeout"),
    (None, "TimeoutError: ", "", "timeout"),
    (None, "ConnectionResetError: [Errno 104] Connection reset by peer", "", "cut_off"),
    (None, "ServerDisconnectedError: Server disconnected", "", "cut_off"),
    (None, "ForbiddenAddress: a.example leads to 10.0.0.1, where we do not connect", "", "forbidden_address"),
    (None, "http://a.example is not https", "", "not_https"),
    (301, "", "", "moved"),
    (308, "", "", "moved"),
    (400, "bad request", "", "not_accepted"),
    (401, "", "refused", "refused"),
    (403, "", "refused", "refused"),
    (404, "", "inbox_gone", "gone"),
    (410, "", "", "gone"),
    (None, "", "inbox_gone", "gone"),
    (405, "", "", "not_accepted"),
    (408, "", "", "timeout"),
    (413, "", "", "too_large"),
    (422, "", "", "not_accepted"),
    (429, "", "", "slow_down"),
    (500, "", "", "server_error"),
    (502, "", "", "server_error"),
    (503, "", "", "server_error"),
    (None, "ConnectionRefusedError", "expired", "held_too_long"),
    (503, "", "expired", "held_too_long"),
    (200, "an answer of type 'text/html'", "", "wrong_type"),
    (200, "not a document we read: deeper than 16", "", "unreadable"),
    (None, "something never seen", "", "other"),
    (None, "", "", "other"),
]


@pytest.mark.parametrize(("status", "error", "code", "reason"), TABLE)
def test_each_failure_has_its_reason(status, error, code, reason):
    assert reason_of(status, error, code) == reason


def test_every_reason_is_in_the_table():
    assert {reason for *_rest, reason in TABLE} == set(REASONS)


def test_every_code_has_words():
    assert set(words.FAILURES) == set(REASONS)
    assert set(step_words.STEPS) == set(STEPS)
    assert set(REFUSALS) <= set(step_words.ADVICE)


@pytest.mark.parametrize(
    "text", [*words.FAILURES.values(), *step_words.ADVICE.values(), *words.ALARMS.values()]
)
def test_words_are_short_sentences(text):
    for part in text:
        assert part[0].isupper() or part.startswith("%(")
        assert part.endswith((".", "?", ":", "!", "true."))
        assert len(part) <= 120, part


def test_a_clock_is_told_in_minutes_and_direction():
    ahead = words.alarm_words("clock", 420.0, name="Elsendorp")
    assert ahead.what % ahead.params == "The clock of Elsendorp is 7 minutes fast."
    behind = words.alarm_words("clock", -301.0, name="Elsendorp")
    assert behind.what % behind.params == "The clock of Elsendorp is 5 minutes slow."
    unknown = words.alarm_words("something_new", 0, name="Elsendorp")
    assert "something_new" in unknown.what % unknown.params


def test_what_the_sender_says_is_understood(settings, remote):
    """Not the words of the table: what our own sender writes down of a real failure."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        nobody = f"http://127.0.0.1:{free.getsockname()[1]}"
    for inbox, reason in (
        (f"{nobody}/inbox", "connection_refused"),
        ("https://does-not-exist.invalid/inbox", "name_unknown"),
        ("https://10.0.0.1/inbox", "forbidden_address"),
        ("http://dorp.example/inbox", "not_https"),
        (f"{remote.base.replace('http:', 'https:')}/inbox", "certificate"),
    ):
        outcome = outcome_at(settings, inbox)
        assert reason_of(outcome.status, outcome.error) == reason, outcome
    with proxying() as server:
        for status, reason in ((403, "refused"), (410, "gone"), (429, "slow_down"), (502, "server_error")):
            server.answers = lambda *_, status=status: (status, {}, b"no")
            outcome = outcome_at(settings, f"http://127.0.0.1:{server.port}/inbox")
            assert reason_of(outcome.status, outcome.error) == reason, outcome
