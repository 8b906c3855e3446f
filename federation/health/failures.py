"""Why something failed, as one code of a closed list: from a status and the text of an error.

Pages and the command line put the codes into words (`node.federation_health.words`). Nothing is
decided by them.
"""

from __future__ import annotations

REASONS = (
    "connection_refused",
    "name_unknown",
    "certificate",
    "timeout",
    "cut_off",
    "forbidden_address",
    "not_https",
    "refused",
    "gone",
    "moved",
    "too_large",
    "slow_down",
    "server_error",
    "wrong_type",
    "unreadable",
    "not_accepted",
    "held_too_long",
    "other",
)
"""Every code, the cause nearest to us first."""

_BY_TEXT = (
    (("where we do not connect", "we do not connect to", "forbiddenaddress"), "forbidden_address"),
    (("is not https", "not an address we fetch"), "not_https"),
    (("certificate", "ssl", "tlsv1", "wrong_version_number"), "certificate"),
    (
        ("dnserror", "name or service not known", "getaddrinfo", "name resolution", "no address associated"),
        "name_unknown",
    ),
    (("connect call failed", "connection refused", "connectionrefused", "multiple exceptions"),
     "connection_refused"),
    (("timeout", "timed out", "10 seconds", "too slow"), "timeout"),
    (("no route to host", "unreachable"), "connection_refused"),
    (("disconnected", "reset by peer", "broken pipe", "payloaderror", "closed", "incomplete"), "cut_off"),
    (("redirect",), "moved"),
    (("answer of type", "compressed answer"), "wrong_type"),
    (("not a document", "no id", "another id", "calls itself", "webfinger", "nodeinfo", "more than"),
     "unreadable"),
)  # fmt: skip
"""Words in the text of an error and what they mean; the first that fits decides.

aiohttp writes “ssl:default” in every failed connection: that is taken out before we look.
"""

_BY_STATUS = {
    401: "refused",
    403: "refused",
    404: "gone",
    408: "timeout",
    410: "gone",
    413: "too_large",
    429: "slow_down",
}


def reason_of(status: int | None, error: str = "", code: str = "") -> str:
    """The code of a failure; ``code`` is what the sender noted of a message that was given up."""
    if code == "expired" and status is None:
        return _of_text(error) if error else "held_too_long"
    if status is None:
        return _of_text(error)
    if status == 400:  # also what we say ourselves of an address that we do not ask
        found = _of_text(error)
        return found if found in {"forbidden_address", "not_https", "unreadable"} else "not_accepted"
    return _BY_STATUS.get(status) or _by_class(status, error)


def _by_class(status: int, error: str) -> str:
    if status >= 500:
        return "server_error"
    if 300 <= status < 400:
        return "moved"
    return _of_text(error) if 200 <= status < 300 else "not_accepted"


def _of_text(error: str) -> str:
    text = error.lower().replace("ssl:default", "").replace("ssl:true", "")
    return next((code for words, code in _BY_TEXT if any(word in text for word in words)), "other")
