"""Imports for programs: bring a list, say what its columns mean, carry it out, undo it."""

from __future__ import annotations

from typing import Any

from flask import Response, request, stream_with_context
from flask_smorest import Blueprint

from federation.flask_session import commit, current_session
from node.accounts.access import Action, require_for
from node.accounts.access import current_account as asking
from node.api.access import token_or_session
from node.imports import approving, service, settling
from node.imports.models import ImportRun
from node.imports.reading import MOST_BYTES
from node.imports.schemas import MappingSchema, RowQuerySchema, RowsSchema, RunSchema, RunsSchema
from node.imports.showing import reason_columns, shown_row, stream_problems

bp = Blueprint("imports_api", __name__, url_prefix="/api/v1/imports", description="Lists of initiatives")


@bp.url_value_preprocessor
def _allow_files(endpoint: str | None, _values: dict[str, Any] | None) -> None:
    """A list may be larger than other calls."""
    if endpoint == "imports_api.bring":
        request.max_content_length = MOST_BYTES + 100_000


@bp.get("")
@token_or_session("read", Action.COORDINATE)
@bp.response(200, RunsSchema)
def list_runs() -> dict[str, Any]:
    """The imports, the newest first."""
    return {"items": [_shown(run) for run in service.list_runs(current_session)]}


@bp.post("")
@token_or_session("write:directory", Action.COORDINATE)
@bp.response(201, RunSchema)
def bring() -> dict[str, Any]:
    """Bring a list: the file as the body; `?source=` and `?name=` say where it comes from."""
    run = service.begin(
        current_session,
        request.get_data(cache=False),
        file_name=request.args.get("name", "list")[:200],
        source_name=request.args.get("source", ""),
        by=require_for(asking(), Action.COORDINATE).name,
        part_columns=reason_columns(),
    )
    commit()
    return _shown(run)


@bp.get("/<int:run_id>")
@token_or_session("read", Action.COORDINATE)
@bp.response(200, RunSchema)
def read(run_id: int) -> dict[str, Any]:
    """One import, and how many rows of each kind it has."""
    return _shown(service.get_run(current_session, run_id))


@bp.get("/<int:run_id>/rows")
@token_or_session("read", Action.COORDINATE)
@bp.arguments(RowQuerySchema, location="query")
@bp.response(200, RowsSchema)
def list_rows(query: dict[str, Any], run_id: int) -> dict[str, Any]:
    """The rows of an import, with what each changes and what is wrong with it."""
    run = service.get_run(current_session, run_id)
    rows = service.rows_of(current_session, run, query["group"], query["page"])
    return {"items": [shown_row(current_session, run, row) for row in rows], "page": query["page"]}


@bp.get("/<int:run_id>/problems.csv")
@token_or_session("read", Action.COORDINATE)
def problems(run_id: int) -> Response:
    """The rows that were left out or have a remark, with the reasons, as CSV."""
    run = service.get_run(current_session, run_id)
    return Response(stream_with_context(stream_problems(current_session, run)), mimetype="text/csv")


@bp.post("/<int:run_id>/mapping")
@token_or_session("write:directory", Action.COORDINATE)
@bp.arguments(MappingSchema)
@bp.response(202, RunSchema)
def map_columns(values: dict[str, Any], run_id: int) -> dict[str, Any]:
    """Say what the columns mean, and compare the list with the directory; a job does it."""
    run = service.get_run(current_session, run_id)
    mapping = run.mapping if values["mapping"] is None else values["mapping"]
    choices = {name: values[name] for name in ("publish_contact", "review")}
    part = bool(run.options.get("part")) if values["part"] is None else values["part"]
    service.map_columns(current_session, run, mapping, **choices, part=part)
    commit()
    return _shown(run)


@bp.post("/<int:run_id>/start")
@token_or_session("write:directory", Action.COORDINATE)
@bp.response(202, RunSchema)
def start(run_id: int) -> dict[str, Any]:
    """Carry out what was compared; a job does it."""
    run = service.get_run(current_session, run_id)
    service.start(current_session, run, by=require_for(asking(), Action.COORDINATE).name)
    commit()
    return _shown(run)


@bp.post("/<int:run_id>/approve")
@token_or_session("write:directory", Action.COORDINATE)
@bp.response(202, RunSchema)
def approve(run_id: int) -> dict[str, Any]:
    """Publish all that is new and waits for review; a job does it."""
    run = service.get_run(current_session, run_id)
    service.approve(current_session, run, by=require_for(asking(), Action.COORDINATE).name)
    commit()
    return _shown(run)


@bp.post("/<int:run_id>/undo")
@token_or_session("write:directory", Action.COORDINATE)
@bp.response(202, RunSchema)
def undo(run_id: int) -> dict[str, Any]:
    """Take back all that it did, except what somebody changed since; a job does it."""
    run = service.get_run(current_session, run_id)
    service.undo(current_session, run, by=require_for(asking(), Action.COORDINATE).name)
    commit()
    return _shown(run)


@bp.post("/<int:run_id>/seen")
@token_or_session("write:directory", Action.COORDINATE)
@bp.response(200, RunSchema)
def settle(run_id: int) -> dict[str, Any]:
    """Say that the rows that were left out were looked at."""
    run = service.get_run(current_session, run_id)
    settling.settle(current_session, run)
    commit()
    return _shown(run)


@bp.delete("/<int:run_id>/seen")
@token_or_session("write:directory", Action.COORDINATE)
@bp.response(200, RunSchema)
def unsettle(run_id: int) -> dict[str, Any]:
    """Undo “seen”."""
    run = service.get_run(current_session, run_id)
    settling.unsettle(current_session, run)
    commit()
    return _shown(run)


@bp.delete("/<int:run_id>")
@token_or_session("write:directory", Action.COORDINATE)
@bp.response(204)
def discard(run_id: int) -> None:
    """Forget a list that was not carried out."""
    service.discard(current_session, service.get_run(current_session, run_id))
    commit()


def _shown(run: ImportRun) -> dict[str, Any]:
    names = set(RunSchema().fields) - {"source", "counts", "part", "waiting"}
    told = {name: getattr(run, name) for name in names}
    beside = {
        "source_name": run.source_name,
        "part": bool(run.options.get("part")),
        "waiting": approving.count_waiting(current_session, run),
    }
    return {**told, **beside, "counts": service.count_groups(current_session, run)}
