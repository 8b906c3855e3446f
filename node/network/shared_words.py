"""What left this node, in the words of its pages."""

from __future__ import annotations

from collections.abc import Callable

from flask_babel import gettext as _

WORDS: dict[str, Callable[[], str]] = {
    "template": lambda: _("A new format"),
    "template_version": lambda: _("A new version of a format"),
    "template_use": lambda: _("How we use a format"),
    "figure": lambda: _("A protected figure"),
    "figure_correction": lambda: _("A protected figure in place of an earlier one"),
    "event": lambda: _("An activity for everybody"),
    "event_change": lambda: _("A change of an activity"),
    "story": lambda: _("A new story"),
    "story_change": lambda: _("A change of a story"),
    "unreachable": lambda: _("That nobody can be reached at an initiative"),
    "synonyms": lambda: _("Words that mean the same"),
    "entry": lambda: _("An entry in the guide"),
    "profile": lambda: _("Our profile"),
    "withdrawal": lambda: _("Something was withdrawn"),
    "join_request": lambda: _("A request to connect"),
    "accept": lambda: _("A yes to a request"),
    "reject": lambda: _("A no to a request, or the end of a connection"),
    "leave": lambda: _("The end of a connection"),
    "member_in": lambda: _("A new member of this hub"),
    "member_out": lambda: _("A member left this hub"),
    "report": lambda: _("A report that something is not right"),
    "offer": lambda: _("We offered what we changed in a format"),
    "offer_end": lambda: _("We took back what we offered"),
    "offer_answer": lambda: _("An answer to what was offered for a format"),
    "claim": lambda: _("We said that an entry in the guide is about us"),
    "claim_end": lambda: _("We took back that an entry is about us"),
    "claim_answer": lambda: _("An answer to who takes over an entry"),
    "relay": lambda: _("News of members, passed on"),
    "update": lambda: _("A change"),
    "create": lambda: _("Something new"),
    "other": lambda: _("A message"),
}
"""Per code of `node.network.sharing` what it is called."""
