"""The sentences of these pages: who may speak to us and why, and what was decided."""

from __future__ import annotations

from collections.abc import Callable

from flask_babel import gettext as _

from federation.relations.decisions import BY_MOVE, BY_TIME, StandingDecision
from node.layout.languages import current_language
from node.standing.explanation import Explanation
from schemas.taxonomies import REPORT_REASONS

Sentence = Callable[[Explanation], str]

_SENDS: dict[str, Sentence] = {
    "added": lambda each: _("%(name)s may send us messages, because you allowed it.", name=each.name),
    "follow": lambda each: _("%(name)s may send us messages, because we follow it.", name=each.name),
    "asked": lambda each: _("%(name)s may send us messages, because we asked it something.", name=each.name),
    "member": lambda each: _(
        "%(name)s may send us messages, because it is a member of your hub %(hub)s.",
        name=each.name,
        hub=each.through,
    ),
    "follower": lambda each: _(
        "%(name)s may send us messages, because it follows us and you agreed.", name=each.name
    ),
    "list": lambda each: _(
        "%(name)s may send us messages, because it is on the list of %(publisher)s that you trust.",
        name=each.name,
        publisher=each.through,
    ),
    "open": lambda each: _(
        "%(name)s may send us messages, because we are open to everybody.", name=each.name
    ),
}


def why(each: Explanation) -> str:
    """Whether somebody may speak to us, and because of what, in one sentence."""
    if each.verdict == "sends":
        return _SENDS[each.reason](each)
    if each.reason == "suspended":
        return str(_("%(name)s may send us nothing, because you suspended it.", name=each.name))
    if each.verdict == "asks":
        return str(
            _("%(name)s may only ask whether it may follow us. We do not know it yet.", name=each.name)
        )
    return str(
        _("%(name)s may send us nothing, because we are closed to who we do not know.", name=each.name)
    )


def shown(each: Explanation) -> str:
    """What we show of somebody, when that is not simply everything."""
    if each.reason == "suspended" or each.shown == "shown":
        return ""
    if each.shown == "followed":
        return str(_("It is silenced, but you follow it yourself. That is why its records are shown here."))
    return str(_("It is silenced: what it publishes is taken in, but not shown here."))


def modes() -> list[tuple[str, str, str]]:
    """The modes: code, name and what it means."""
    return [
        (
            "allowlist",
            _("Only who we know"),
            _(
                "Members of our hubs, who we follow, our followers, signed lists we trust and who we allow. "
                "Others may only ask to follow us."
            ),
        ),
        (
            "open",
            _("Open to everybody"),
            _("Everybody on the network may send us messages, unless suspended."),
        ),
        (
            "closed",
            _("Closed"),
            _("Only who we follow ourselves, such as our hubs, and who we allow. Nobody else can even ask."),
        ),
    ]


def rule_names() -> dict[str, str]:
    """What a rule is called."""
    return {"allow": _("Allowed"), "silence": _("Silenced"), "suspend": _("Suspended")}


def rule_options() -> list[tuple[str, str, str]]:
    """The rules to choose from, with what each does."""
    return [
        ("allow", _("Allow"), _("It may send us messages, whoever it belongs to.")),
        (
            "silence",
            _("Silence"),
            _("Its messages are taken in, but its records are not shown: not in the guide, search or map."),
        ),
        (
            "suspend",
            _("Suspend"),
            _("Nothing comes in and nothing goes out. Connections end and its records are hidden."),
        ),
    ]


def lengths() -> list[tuple[int, str]]:
    """How long a rule may hold."""
    return [
        (0, _("until somebody lifts it")),
        (7, _("a week")),
        (30, _("a month")),
        (90, _("three months")),
        (365, _("a year")),
    ]


def decided(decision: StandingDecision, name: str) -> str:
    """One decision of the history in a sentence."""
    if decision.kind == "mode":
        names = {code: text for code, text, _meaning in modes()}
        return str(_("The mode became “%(mode)s”.", mode=names.get(decision.word, decision.word)))
    if decision.kind == "reads":
        on = decision.word == "on"
        return str(_("Reading needs a signature.") if on else _("Anybody may read without a signature."))
    if decision.kind == "list":
        if decision.word == "on":
            return str(_("The list of %(name)s is trusted.", name=name))
        return str(_("The list of %(name)s is no longer trusted.", name=name))
    return _rule_decided(decision, name)


def _rule_decided(decision: StandingDecision, name: str) -> str:
    if decision.word == "allow":
        return str(_("%(name)s was allowed.", name=name))
    if decision.word == "silence":
        return str(_("%(name)s was silenced.", name=name))
    if decision.word == "suspend":
        return str(_("%(name)s was suspended.", name=name))
    return str(_("The rule about %(name)s was lifted.", name=name))


def who(decision: StandingDecision) -> str:
    """Who decided; nobody when the time was over, or when a rule went along to another address."""
    if decision.by == BY_MOVE:
        return str(_("its move: this held for its former address"))
    return str(_("its time was over")) if decision.by == BY_TIME else decision.by


def reasons() -> list[tuple[str, str]]:
    """The reasons for a report, in the language of the page."""
    return [(term.code, reason_label(term.code)) for term in REPORT_REASONS]


def reason_label(code: str) -> str:
    """One reason."""
    text = REPORT_REASONS.label(code, current_language())
    return text[:1].upper() + text[1:]


def verdict_names() -> dict[str, str]:
    """What was decided about a report."""
    return {
        "nothing": _("No action was needed"),
        "silence": _("The owner was silenced"),
        "suspend": _("The owner was suspended"),
        "withdraw": _("We withdrew it"),
    }


def verdict_options(owner: str, *, is_own: bool) -> list[tuple[str, str]]:
    """What can be decided about a report."""
    options = [("nothing", _("Do nothing: it is all right"))]
    if is_own:
        return [*options, ("withdraw", _("Withdraw it from the network"))]
    if not owner:
        return options
    return [
        *options,
        ("silence", _("Silence %(name)s: show nothing of it any more", name=owner)),
        ("suspend", _("Suspend %(name)s: nothing in, nothing out", name=owner)),
    ]
