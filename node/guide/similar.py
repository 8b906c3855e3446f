"""Communities like one: what the page and the API tell about them."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, redirect, render_template, request, url_for
from flask_babel import format_decimal, ngettext
from flask_babel import gettext as _
from werkzeug.wrappers import Response as BaseResponse

from directory.replica.entries import entries_of, get_entry
from directory.search.likeness import WEIGHTS, Reason
from directory.search.similar import similar_to
from federation.actors.identities import find_identity
from federation.flask_session import current_session
from node.guide.results import label
from schemas.errors import NotFound
from schemas.messages import N_

bp = Blueprint("similar", __name__, template_folder="templates")
ON_THE_PAGE = 12


@bp.get("/gids/zoals-ons")
def ours() -> BaseResponse:
    """To the communities like our own."""
    key = own_key()
    if key is None:
        raise NotFound(N_("Our own community is not in the guide yet. Publish its profile first."))
    return redirect(url_for(".show", key=key))


@bp.get("/gids/<key>/zoals-deze")
def show(key: str) -> str:
    """The communities most like one, with the reasons."""
    entry = get_entry(current_session, key)
    emphasis = request.args.get("telt", "")
    emphasis = emphasis if emphasis in WEIGHTS else ""
    return render_template(
        "guide/similar.html",
        entry=entry,
        is_ours=key == own_key(),
        emphasis=emphasis,
        choices=_choices(),
        similar=similar_to(current_session, entry, most=ON_THE_PAGE, emphasis=emphasis or None),
        reason_text=reason_text,
        label=label,
    )


def own_key() -> str | None:
    """The key of our own entry, when it is in the guide."""
    identity = find_identity(current_session, "cooperative")
    if identity is None:
        return None
    entry = entries_of(current_session, [identity.actor_uri]).get(identity.actor_uri)
    return entry.key if entry else None


def reason_text(reason: Reason) -> str:
    """A reason in the reader's words."""
    if reason.what == "inhabitants":
        return str(_("about as many inhabitants: %(number)s", number=format_decimal(reason.number)))
    if reason.what == "area":
        return str(_("close by: %(km)s km", km=reason.number))
    vocabulary = {"themes": "themes", "phase": "phases", "kind": "kinds"}.get(reason.what, "bands")
    values = ", ".join(label(vocabulary, code) for code in reason.values)
    if reason.what == "themes":
        return str(ngettext("also does %(values)s", "also do: %(values)s", len(reason.values), values=values))
    sentences = {
        "phase": _("in the same phase: %(values)s", values=values),
        "kind": _("the same kind: %(values)s", values=values),
        "volunteers": _("about as many volunteers: %(values)s", values=values),
        "members": _("about as many members: %(values)s", values=values),
    }
    return str(sentences[reason.what])


def _choices() -> list[tuple[str, str]]:
    """What may matter most."""
    named: dict[str, Any] = {
        "": _("Everything"),
        "themes": _("Themes"),
        "size": _("Size"),
        "phase": _("Phase"),
        "area": _("Close by"),
        "kind": _("Kind of initiative"),
    }
    return list(named.items())
