"""Ons dorp: what this community tells of itself, and publishing it."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from federation.actors.identities import get_identity
from federation.flask_session import commit, current_runtime, current_session
from node.accounts.access import Action, may, needs, require
from node.claims.service import list_topics
from node.communities import service
from node.communities.facts_form import fields_of_form
from node.communities.models import get_community
from node.communities.profile_form import changes_of, form_of, typed
from node.communities.publishing import publish_profile
from node.communities.shown_facts import accents
from node.gatherings.service import local_today
from node.layout.languages import current_language
from node.stories.service import list_stories
from schemas import taxonomies
from schemas.errors import InvalidInput

bp = Blueprint("profile", __name__, template_folder="templates", url_prefix="/ons-dorp")


@bp.get("")
def show() -> str:
    """Our village."""
    community = get_community(current_session)
    identity = get_identity(current_session, community.profile_role)
    return render_template(
        "communities/profile.html",
        community=community,
        facts=community.initiative or {},
        topics=list_topics(current_session),
        stories=list_stories(current_session, local_today())[:3],
        handle=f"@{identity.username}@{identity.host}",
        is_published=service.is_published(current_session, community),
        may_edit=may(Action.EDIT_PROFILE),
        label=_label,
    )


@bp.get("/bewerken")
@needs(Action.EDIT_PROFILE)
def edit() -> str:
    """The form."""
    return _form(form_of(get_community(current_session)), {})


@bp.post("/bewerken")
@needs(Action.EDIT_PROFILE)
def save() -> Response | tuple[str, int]:
    """Keep the profile; it leaves this node by a press of its own."""
    values, by = typed(request.form), require(Action.EDIT_PROFILE).name
    try:
        service.save_profile(current_session, get_community(current_session), changes_of(values), by=by)
    except InvalidInput as error:
        return _form(values, fields_of_form(error.fields)), 422
    commit()
    flash(_("Saved. Publish your profile when it is right."), "success")
    return redirect(url_for("profile.show"), 303)


@bp.post("/publiceren")
@needs(Action.EDIT_PROFILE)
def publish() -> Response:
    """Tell the network."""
    publish_profile(current_session, current_runtime().settings, get_community(current_session))
    commit()
    flash(_("Your profile is on its way to the network."), "success")
    return redirect(url_for("profile.show"), 303)


def _form(values: dict[str, Any], errors: dict[str, Any]) -> str:
    return render_template(
        "communities/profile_form.html",
        form=values,
        errors=errors,
        options=_options,
        accents=accents(),
    )


def _options(name: str) -> list[tuple[str, str]]:
    """The choices of a vocabulary in the reader's language."""
    vocabulary = getattr(taxonomies, name)
    language = current_language()
    return [(term.code, vocabulary.label(term.code, language)) for term in vocabulary]


def _label(name: str, code: str) -> str:
    vocabulary: taxonomies.Vocabulary = getattr(taxonomies, name)
    return vocabulary.label(code, current_language())
