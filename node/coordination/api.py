"""The coordinator's room for programs: what waits, coverage, growth and saved selections."""

from __future__ import annotations

from typing import Any

from flask_smorest import Blueprint
from marshmallow import EXCLUDE, fields, validate

from federation.flask_session import commit, current_session
from node.accounts.access import Action, require
from node.api.access import token_or_session
from node.api.schemas import PagedSchema, PageSchema
from node.coordination import attention, coverage, following, growth, unconfirmed, views, watching
from node.coordination.invented import is_all_invented
from node.coordination.models import SavedView, ViewFollower
from node.gatherings.service import local_today
from schemas.fields import Code, Instant, Text, WireSchema, many
from schemas.taxonomies import PROVINCES, THEMES

bp = Blueprint(
    "coordination_api", __name__, url_prefix="/api/v1/coordination", description="The coordinator's room"
)


class WaitingSchema(WireSchema):
    """A kind of work and how much of it waits."""

    name = fields.String(attribute="work.name")
    url = fields.String(attribute="work.url")
    count = fields.Integer()


class WaitingListSchema(WireSchema):
    """All kinds of work."""

    items = many(fields.Nested(WaitingSchema), most=50)


class UnconfirmedQuerySchema(PageSchema):
    """Which entries, and which page of them."""

    freshness = fields.String(load_default="stale", validate=validate.OneOf(unconfirmed.STATES))


class UnconfirmedSchema(WireSchema):
    """An entry of this hub that waits for somebody to ask."""

    id = fields.String(attribute="listing.key")
    name = fields.String(attribute="entry.name")
    confirmed = Instant(attribute="listing.confirmed_at", allow_none=True)


class UnconfirmedListSchema(PagedSchema):
    """A page of them, the longest unconfirmed first."""

    items = fields.List(fields.Nested(UnconfirmedSchema))


class ProvinceCoverageSchema(WireSchema):
    """A province: initiatives, municipalities, and how many of those have one."""

    code = Code(PROVINCES)
    count = fields.Integer()
    municipalities = fields.Integer()
    covered = fields.Integer()
    inhabitants = fields.Integer(metadata={"description": "of GeoNames: old, and without hamlets"})
    per_100_000 = fields.Float()


class MunicipalityCoverageSchema(WireSchema):
    """A municipality and its initiatives."""

    code = fields.String(attribute="municipality.code")
    name = fields.String(attribute="municipality.name")
    province = Code(PROVINCES, attribute="municipality.province")
    inhabitants = fields.Integer(attribute="municipality.inhabitants")
    count = fields.Integer()


class CoverageSchema(WireSchema):
    """Where there are initiatives; of municipalities those without one come first."""

    provinces = many(fields.Nested(ProvinceCoverageSchema), most=12)
    municipalities = many(fields.Nested(MunicipalityCoverageSchema), most=500)
    example_data = fields.Boolean(metadata={"description": "all of them are invented; otherwise none is"})


class CoverageArgumentsSchema(WireSchema):
    """Which municipalities."""

    class Meta:
        """Ignore unknown parameters."""

        unknown = EXCLUDE

    province = Code(PROVINCES, load_default="")


class YearSchema(WireSchema):
    """A year of growth."""

    year = fields.Integer()
    began = fields.Integer()
    ended = fields.Integer()
    total = fields.Integer()


class ThemeCountSchema(WireSchema):
    """A theme and its initiatives."""

    code = Code(THEMES)
    count = fields.Integer()


class AdoptionSchema(WireSchema):
    """A format and how many copies of it are out."""

    id = fields.String(attribute="template.key")
    uri = fields.String(attribute="template.uri")
    name = fields.String(attribute="template.name")
    copies = fields.Integer()


class GrowthSchema(WireSchema):
    """How the movement grows."""

    years = many(fields.Nested(YearSchema), most=300)
    example_data = fields.Boolean(metadata={"description": "all of them are invented; otherwise none is"})
    without_year = fields.Integer(metadata={"description": "not ended, and in no year: tell no beginning"})
    themes = many(fields.Nested(ThemeCountSchema), most=50)
    adoption = many(fields.Nested(AdoptionSchema), most=growth.MOST_FORMATS)


class NewViewSchema(WireSchema):
    """A selection to keep, with the parameters of the guide's address."""

    name = Text(required=True, least=1, most=views.MOST_LETTERS)
    parameters = fields.Dict(keys=fields.String(), values=fields.String(), load_default=dict)


class ViewSchema(WireSchema):
    """A saved selection."""

    id = fields.Integer()
    name = fields.String()
    parameters = fields.Dict(keys=fields.String(), values=fields.String())
    by = fields.String()
    created = Instant(attribute="created_at")


class ViewChangeSchema(WireSchema):
    """One entry that came in or left."""

    id = fields.Integer()
    entry = fields.String(attribute="entry_key")
    name = fields.String()
    entered = fields.Boolean(metadata={"description": "it came in; otherwise it left"})
    reason = fields.String(metadata={"description": "'new' or 'gone' from the guide, or 'changed'"})
    at = Instant()


class ViewChangesSchema(WireSchema):
    """What changed in a selection, the newest first."""

    items = many(fields.Nested(ViewChangeSchema), most=watching.LATEST)


class SubscriptionSchema(WireSchema):
    """How often a mail may come."""

    every = fields.String(required=True, validate=validate.OneOf(following.EVERY))


class ViewsSchema(WireSchema):
    """All saved selections."""

    items = many(fields.Nested(ViewSchema), most=views.MOST)


@bp.get("/waiting")
@token_or_session("read", Action.COORDINATE)
@bp.response(200, WaitingListSchema)
def list_waiting() -> dict[str, Any]:
    """What needs attention today."""
    return {"items": attention.waiting_work(current_session)}


@bp.get("/unconfirmed")
@token_or_session("read", Action.COORDINATE)
@bp.arguments(UnconfirmedQuerySchema, location="query")
@bp.response(200, UnconfirmedListSchema)
def list_unconfirmed(query: dict[str, Any]) -> dict[str, Any]:
    """The entries of this hub that nobody confirmed for long, or could reach."""
    found = unconfirmed.list_unconfirmed(current_session, query["freshness"], query["page"])
    return {"items": found.items, "total": found.total, "page": found.page, "pages": found.pages}


@bp.get("/coverage")
@bp.arguments(CoverageArgumentsSchema, location="query")
@bp.response(200, CoverageSchema)
def read_coverage(arguments: dict[str, Any]) -> dict[str, Any]:
    """Where there are initiatives, and where nothing is yet."""
    return {
        "provinces": coverage.by_province(current_session),
        "municipalities": coverage.by_municipality(current_session, arguments["province"]),
        "example_data": is_all_invented(current_session),
    }


@bp.get("/growth")
@bp.response(200, GrowthSchema)
def read_growth() -> dict[str, Any]:
    """How the movement grows: by the year in which initiatives began and ended, by theme, by format."""
    told = growth.by_year(current_session)
    copied = growth.adoption(current_session)
    return {
        "years": told.years,
        "without_year": told.without_year,
        "example_data": is_all_invented(current_session),
        "themes": [{"code": code, "count": count} for code, count in growth.themes(current_session)],
        "adoption": [{"template": template, "copies": copies} for template, copies in copied],
    }


@bp.get("/views")
@token_or_session("read", Action.COORDINATE)
@bp.response(200, ViewsSchema)
def list_views() -> dict[str, Any]:
    """The saved selections."""
    return {"items": [shown.view for shown in views.list_views(current_session)]}


@bp.post("/views")
@token_or_session("write:directory", Action.COORDINATE)
@bp.arguments(NewViewSchema)
@bp.response(201, ViewSchema)
def save_view(wanted: dict[str, Any]) -> SavedView:
    """Keep a selection."""
    by = require(Action.COORDINATE).name
    view = views.save_view(current_session, wanted["name"], wanted["parameters"], by=by)
    commit()
    return view


@bp.get("/views/<int:view_id>/changes")
@token_or_session("read", Action.COORDINATE)
@bp.response(200, ViewChangesSchema)
def list_changes(view_id: int) -> dict[str, Any]:
    """What came into a selection and what left it, the newest first."""
    view = views.get_view(current_session, view_id)
    return {"items": watching.changes_of(current_session, view)}


@bp.put("/views/<int:view_id>/subscription")
@token_or_session("write:directory", Action.COORDINATE)
@bp.arguments(SubscriptionSchema)
@bp.response(200, SubscriptionSchema)
def follow_view(wanted: dict[str, Any], view_id: int) -> ViewFollower:
    """Send the owner of the token a mail when something changed, at most once a day or a week."""
    view, by = views.get_view(current_session, view_id), require(Action.COORDINATE)
    follower = following.follow(current_session, view, by.id, wanted["every"], local_today())
    commit()
    return follower


@bp.delete("/views/<int:view_id>/subscription")
@token_or_session("write:directory", Action.COORDINATE)
@bp.response(204)
def stop_following(view_id: int) -> None:
    """No mail about this selection any more."""
    view, by = views.get_view(current_session, view_id), require(Action.COORDINATE)
    following.stop(current_session, view, by.id)
    commit()


@bp.delete("/views/<int:view_id>")
@token_or_session("write:directory", Action.COORDINATE)
@bp.response(204)
def remove_view(view_id: int) -> None:
    """Throw a selection away."""
    views.remove_view(current_session, views.get_view(current_session, view_id))
    commit()
