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

_WORDS = {
    "forbidden_address": ("where we do not connect", "we do not connect to", "forbiddenaddress"),
    "not_https": ("is not https", "not an address we fetch"),
    "certificate": ("certificate", "ssl", "tlsv1", "wrong_version_number"),
    "name_unknown": ("dnserror", "name or service not known", "getaddrinfo", "gaierror", "name resolution"),
    "connection_refused": ("connect call failed", "refused", "no route to host", "unreachable"),
    "timeout": ("timeout", "timed out", "in time", "no complete answer"),
    "cut_off": ("disconnected", "reset by peer", "broken pipe", "payloaderror", "closed", "badanswer"),
    "moved": ("redirect",),
    "wrong_type": ("answer of type", "compressed answer"),
    "unreadable": (
        "not a document",
        "no id",
        "another id",
        "calls itself",
        "webfinger",
        "nodeinfo",
        "more than",
    ),
}
"""Words in the text of an error, by what they mean; the first that fits decides.

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
    if code in {"expired", "inbox_gone"}:
        return "held_too_long" if code == "expired" else "gone"
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
    return next((code for code, words in _WORDS.items() if any(word in text for word in words)), "other")
