"""Why our own gate refused a message of our own round trip: what changed it on the way here."""

from __future__ import annotations

_MEANINGS = {
    "other_host": "host_changed",
    "unsigned": "signature_dropped",
    "coverage": "header_dropped",
    "digest": "body_changed",
    "clock": "clock",
    "expired": "clock",
    "key_unlisted": "key_unreachable",
    "key_unreachable": "key_unreachable",
    "too_many_keys": "key_unreachable",
    "foreign_key": "key_unreachable",
    "suspended": "own_rule",
    "stranger": "own_rule",
    "algorithm": "signature_broken",
    "malformed": "signature_broken",
    "forged": "signature_broken",
    "media_type": "media_type",
    "too_large": "too_large",
}
"""The gate's word for a refusal (`federation.receiving.refusals`), and what it means for our own message."""

REFUSALS = tuple(dict.fromkeys(_MEANINGS.values()))


def refusal_of(text: str) -> str:
    """The code of a refusal, noted as “kind: reason”; ``not_ours`` when our gate never saw the message."""
    if not text:
        return "not_ours"
    kind, _, reason = text.partition(": ")
    if kind == "digest" and reason.startswith("no digest"):
        return "header_dropped"
    if kind == "forged" and "digest" in reason.lower():
        return "body_changed"
    return _MEANINGS.get(kind, "other")
