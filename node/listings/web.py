"""Pages of the coordinator: the listings of this hub, and the form to add or change one."""

from __future__ import annotations

from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from directory.geography.places import find_places, place
from directory.matching.scoring import REASONS
from directory.matching.service import Match
from federation.flask_session import commit, current_runtime, current_session, use_writing_session
from node.accounts.access import Action, may, needs, require
from node.duplicates.suggesting import likely_same
from node.layout.languages import current_language
from node.listings import forms, reviewing, service
from node.listings.adoption import find_listing, open_listing
from node.listings.consent import agreed_on
from node.listings.content import Content, checked
from node.listings.details import entry_details
from node.listings.finding import count_states, find_listings, waiting_of
from node.listings.models import Listing
from node.listings.revisions import EditConflict, check_against, lock
from node.listings.words import STATES, TONES, shown, shown_facts
from schemas import taxonomies
from schemas.errors import InvalidInput
from schemas.numbers import read_digits
from schemas.paging import read_page

bp = Blueprint("listings", __name__, template_folder="templates", url_prefix="/werkkamer/vermeldingen")
bp.add_app_template_global(entry_details, "entry_details")
Page = str | Response | tuple[str, int]
MOST_LETTERS = 200
_KEPT = ("source", "note", "consent", "consent_by", "consent_on", "is_checked")
"""What stays as it was typed when two people change the same entry."""


@bp.get("")
@needs(Action.COORDINATE)
def index() -> str:
    """All listings, with what waits for a decision."""
    words, state = request.args.get("q", "").strip()[:MOST_LETTERS], request.args.get("state", "")
    page = read_page(request.args)
    found = find_listings(current_session, words, state, page)
    return render_template(
        "listings/index.html",
        found=found,
        words=words,
        state=state,
        states=STATES,
        tones=TONES,
        counts=count_states(current_session),
        with_proposal=waiting_of(current_session, found.listings),
        waiting=reviewing.waiting(current_session),
        page_url=lambda number: url_for(".index", q=words or None, state=state or None, page=number),
    )


@bp.get("/nieuw")
@needs(Action.COORDINATE)
def new() -> str:
    """The empty form."""
    return _form({**forms.empty_form(), "name": request.args.get("name", "")[:MOST_LETTERS]}, {})


@bp.post("/nieuw")
@needs(Action.COORDINATE)
def create() -> Page:
    """Add an initiative and publish it."""
    values = forms.typed(request.form)
    if with_place(values):
        return _form(values, {})
    if "is_another" not in request.form and (like := likely_same(current_session, values)):
        return _form(values, {}, like=like), 409
    by = require(Action.COORDINATE).name
    try:
        content = checked(forms.content_of(current_session, values))
        listing = service.create(
            current_session,
            current_runtime().settings,
            content,
            by=by,
            source=values["source"].strip()[:200],
            note=values["note"],
            consent=forms.consent_of(values, {}, content, noted_by=by),
        )
    except InvalidInput as error:
        return _form(values, forms.fields_of(error)), 422
    listing.private_contact = forms.private_contact_of(values)
    commit()
    flash(_("Added. It is in the directory now."), "success")
    return redirect(url_for(".show", key=listing.key), 303)


@bp.get("/<key>")
@needs(Action.COORDINATE)
def show(key: str) -> str:
    """One listing: what it says, what waits, and what can be done."""
    listing = opened(key)
    return render_template(
        "listings/show.html",
        listing=listing,
        rows=shown_facts(listing.content),
        proposals=reviewing.proposals(current_session, listing),
        states=STATES,
        tones=TONES,
        agreed_on=agreed_on(listing.contact_consent),
    )


@bp.get("/<key>/bewerken")
@needs(Action.SEE_WORKPLACE)
def edit(key: str) -> str:
    """The form with the listing in it; who is no coordinator proposes."""
    listing = opened(key)
    return _form(_values_for(listing), {}, listing)


@bp.post("/<key>/bewerken")
@needs(Action.SEE_WORKPLACE)
def save(key: str) -> Page:
    """Change a listing, or propose the change; the second of two people sees what the first changed."""
    listing, values = open_listing(current_session, key), forms.typed(request.form)
    if with_place(values):
        return _form(values, {}, listing)
    try:
        content = checked(forms.content_of(current_session, values, listing.content))
        _keep(listing, content, values)
    except EditConflict as conflict:
        return _conflict(listing, values, conflict), 409
    except InvalidInput as error:
        return _form(values, forms.fields_of(error), listing), 422
    commit()
    if not may(Action.COORDINATE):
        flash(_("Thank you. A coordinator looks at it; until then everything stays as it is."), "success")
        return redirect(url_for("guide.show", key=listing.key), 303)
    flash(_("Changed. The directory shows it now."), "success")
    return redirect(url_for(".show", key=listing.key), 303)


@bp.post("/plaatsen")
@needs(Action.SEE_WORKPLACE)
def places() -> str:
    """The part of the form with the places, while somebody types: what is alike, what was added."""
    values = forms.typed(request.form)
    with_place(values)
    return render_template("listings/_places.html", form=values, errors={}, alike=_alike())


def opened(key: str) -> Listing:
    """The listing for a page that shows it; one that is made from its entry is kept at once."""
    found = find_listing(current_session, key)
    if found is None:
        use_writing_session()
        found = open_listing(current_session, key)
        commit()
    return found


def with_place(values: dict[str, Any]) -> bool:
    """Add the place that was pressed to the form. True when the form was sent for a place only."""
    if "add_place" in request.form:
        chosen = place(request.form.get("add_place", 0, type=int))
        line = f"{chosen.name} ({chosen.municipality})"
        lines = values["places"].splitlines()
        values["places"] = "\n".join([*lines, line] if line not in lines else lines)
    return "add_place" in request.form or "find_place_now" in request.form


def _keep(listing: Listing, content: dict[str, Any], values: dict[str, Any]) -> None:
    based_on = read_digits(values["based_on"]) or 0
    by = require(Action.SEE_WORKPLACE).name
    told_by: dict[str, Any] = {
        "by": by,
        "note": values["note"],
        "source": values["source"].strip()[:200],
        "based_on": based_on,
        "consent": forms.consent_of(values, listing.content, content, noted_by=by),
    }
    if may(Action.COORDINATE):
        contact = _contact(listing, content, values, based_on)
        service.change(current_session, current_runtime().settings, listing, content, **told_by)
        listing.private_contact = contact
    else:
        reviewing.propose(current_session, listing, content, **told_by)


def _contact(listing: Listing, content: Content, values: dict[str, Any], based_on: int) -> dict[str, str]:
    """Whom to ask from now on. Raises EditConflict when two people changed that, or the facts."""
    lock(current_session, listing)  # what is compared here is still so when it is written
    check_against(current_session, listing, content, based_on)
    merged = forms.merged_contact(values, listing)
    if merged.contested:
        raise EditConflict(content, [], frozenset(), listing.revision)
    return merged.contact


def _conflict(listing: Listing, values: dict[str, Any], conflict: EditConflict) -> str:
    """The form with both people's changes in it; nothing of what was typed is lost."""
    merged = forms.form_of_content(current_session, conflict.merged)
    kept = {name: values[name] for name in _KEPT}
    private, rows, contested = {}, conflict.theirs, conflict.contested
    if may(Action.COORDINATE):
        contact = forms.merged_contact(values, listing)
        private = forms.private_in_form(contact.contact, was=listing.private_contact)
        rows, contested = [*rows, *contact.theirs], contested | contact.contested
    form = {**merged, **kept, **private, "based_on": str(conflict.revision)}
    theirs = [{**row, "contested": row["field"] in contested} for row in shown(rows)]
    return _form(form, {}, listing, theirs=theirs)


def _values_for(listing: Listing) -> dict[str, Any]:
    values = forms.form_of(current_session, listing)
    if may(Action.COORDINATE):
        return values
    return {**values, "consent_by": "", "consent_on": "", **forms.private_in_form({})}


def _form(
    values: dict[str, Any],
    errors: dict[str, Any],
    listing: Listing | None = None,
    theirs: list[dict[str, Any]] | None = None,
    like: list[Match] | None = None,
) -> str:
    return render_template(
        "listings/form.html",
        form=values,
        errors=errors,
        listing=listing,
        theirs=theirs or [],
        matches=like or [],
        reasons=REASONS,
        alike=_alike(),
        may_decide=may(Action.COORDINATE),
        options=_options,
    )


def _alike() -> list[Any]:
    """The places that look like what is being typed."""
    return find_places(request.form.get("find_place", ""), limit=6)


def _options(name: str) -> list[tuple[str, str]]:
    """The choices of a vocabulary in the reader's language."""
    vocabulary = getattr(taxonomies, name)
    return [(term.code, vocabulary.label(term.code, current_language())) for term in vocabulary]
