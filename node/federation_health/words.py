"""Failures in plain words, with what to do about them: one sentence and one piece of advice per code.

The texts are message ids; pages and the command line translate and fill them in.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from federation.health.failures import reason_of
from schemas.messages import N_


@dataclass(frozen=True)
class Words:
    """What happened and what to do; ``params`` fills both in."""

    what: str
    advice: str
    params: dict[str, Any] = field(default_factory=dict)


_ITSELF = N_("This mostly mends itself. We try again by ourselves.")

FAILURES: dict[str, tuple[str, str]] = {
    "connection_refused": (N_("The server of %(name)s does not answer."), _ITSELF),
    "name_unknown": (
        N_("The address of %(name)s is not found on the internet."),
        N_("Did they move, or did their domain name expire? Call them."),
    ),
    "certificate": (
        N_("The secure connection with %(name)s fails: their certificate is not right."),
        N_("Call them: their certificate has expired or is for another name."),
    ),
    "timeout": (N_("The server of %(name)s takes too long to answer."), _ITSELF),
    "cut_off": (N_("The server of %(name)s broke off the conversation."), _ITSELF),
    "forbidden_address": (
        N_("The address of %(name)s leads to a place inside a private network. We do not go there."),
        N_("Call them: their domain name points to the wrong place."),
    ),
    "not_https": (
        N_("The address of %(name)s is not secure. We send nothing there."),
        N_("Call them: their server needs https."),
    ),
    "refused": (
        N_("%(name)s refuses our messages: they do not accept our signature, or not us."),
        N_("Ask them whether they know us. Is our membership still in order?"),
    ),
    "gone": (
        N_("The letterbox at %(name)s is gone."),
        N_("Did they stop, or move? Call them. When they are back, you can send again."),
    ),
    "moved": (
        N_("%(name)s sends us on to another address. We do not follow that with a message."),
        N_("Call them: their server must answer at the address they gave."),
    ),
    "too_large": (
        N_("The message is too large for %(name)s."),
        N_("Call them: their web server lets through too little."),
    ),
    "slow_down": (
        N_("%(name)s asks us to go slower."),
        N_("You need to do nothing. We wait as long as they ask."),
    ),
    "server_error": (N_("Something is broken at %(name)s."), _ITSELF),
    "wrong_type": (
        N_("%(name)s answers with something we cannot read."),
        N_("Is this the right address? Ask them."),
    ),
    "unreadable": (
        N_("%(name)s answers with something we cannot read."),
        N_("Is this the right address? Ask them."),
    ),
    "not_accepted": (
        N_("%(name)s does not take this message."),
        N_("Their software may not know this kind of message. Ask your administrator."),
    ),
    "held_too_long": (
        N_("We could not reach %(name)s for a week."),
        N_("Call them. When they are back, you can send again."),
    ),
    "other": (N_("Something went wrong with %(name)s."), _ITSELF),
}
"""Per code of `federation.health.failures` what happened, and what to do."""

ALARMS: dict[str, tuple[str, str]] = {
    "clock_ahead": (
        N_("The clock of %(name)s is %(minutes)s minutes fast."),
        N_("We refuse what they send until it is right. Call them: switch on automatic time."),
    ),
    "clock_behind": (
        N_("The clock of %(name)s is %(minutes)s minutes slow."),
        N_("We refuse what they send until it is right. Call them: switch on automatic time."),
    ),
    "clock": (
        N_("The clock of %(name)s is wrong."),
        N_("We refuse what they send until it is right. Call them: switch on automatic time."),
    ),
    "key_mismatch": (
        N_("The key of %(name)s is not the one that the network knows."),
        N_("We believe nothing of them until this is clear. Call them, and call the coordinator of the hub."),
    ),
    "key_refused": (
        N_("%(name)s showed another key, and we refused it."),
        N_("Somebody may pretend to be them. Call them before you trust anything that comes from there."),
    ),
    "member_list": (
        N_("The list of members of %(name)s cannot be read."),
        N_("New members may be missing here. Call the coordinator of that hub."),
    ),
    "other": (
        N_("Something about %(name)s needs a person to look at it (%(kind)s)."),
        N_("Ask your administrator, and call the other side."),
    ),
}
"""Per alarm what is wrong, and whom to call."""


def failure_words(status: int | None, error: str, code: str = "", *, name: str) -> Words:
    """A failed attempt in plain words."""
    what, advice = FAILURES[reason_of(status, error, code)]
    return Words(what, advice, {"name": name})


def alarm_words(kind: str, seconds: float, *, name: str) -> Words:
    """An alarm in plain words."""
    if kind == "clock" and seconds:
        kind = "clock_ahead" if seconds > 0 else "clock_behind"
    what, advice = ALARMS.get(kind, ALARMS["other"])
    minutes = max(1, round(abs(seconds) / 60))
    return Words(what, advice, {"name": name, "minutes": minutes, "kind": kind})
