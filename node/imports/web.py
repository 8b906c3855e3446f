"""Pages of imports: a list is read, its columns are named, it is compared, carried out, undone."""

from __future__ import annotations

from contextlib import closing
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, stream_with_context, url_for
from flask import Response as FlaskResponse
from flask_babel import gettext as _
from werkzeug.wrappers import Response

from federation.flask_session import commit, current_session
from node.accounts.access import Action, needs, require
from node.imports import approving, service, settling
from node.imports.columns import TARGETS
from node.imports.models import BUSY, ImportRun
from node.imports.reading import MOST_BYTES
from node.imports.showing import progress_of, reason_columns, shown_row, stream_problems
from schemas.errors import InvalidInput
from schemas.messages import N_
from schemas.paging import pages_of, read_page

bp = Blueprint("imports", __name__, template_folder="templates", url_prefix="/werkkamer/import")
Page = str | Response | tuple[str, int]

STATES = {
    "mapping": N_("Say what the columns mean"),
    "checking": N_("Is being compared"),
    "checked": N_("Ready to be carried out"),
    "importing": N_("Is being carried out"),
    "approving": N_("Is being approved"),
    "done": N_("Carried out"),
    "undoing": N_("Is being undone"),
    "undone": N_("Undone"),
}
GROUP_WORDS = {
    "create": N_("new"),
    "change": N_("changed"),
    "propose": N_("for you to decide"),
    "same": N_("the same"),
    "bad": N_("left out"),
    "done": N_("carried out"),
    "undone": N_("undone"),
    "kept": N_("not undone: changed since"),
}
_SAMPLES = 3


@bp.url_value_preprocessor
def _allow_files(endpoint: str | None, _values: dict[str, Any] | None) -> None:
    """A list may be larger than a form; before anything reads the request."""
    if endpoint == "imports.upload":
        request.max_content_length = MOST_BYTES + 100_000


@bp.get("")
@needs(Action.COORDINATE)
def index() -> str:
    """All imports, and the form for a new one."""
    return _index({}, {})


@bp.post("")
@needs(Action.COORDINATE)
def upload() -> Page:
    """Read a list."""
    source, by = request.form.get("source", ""), require(Action.COORDINATE).name
    try:
        name, content = _sent_file()
        run = service.begin(
            current_session,
            content,
            file_name=name,
            source_name=source,
            by=by,
            part_columns=reason_columns(),
        )
    except InvalidInput as error:
        return _index({"source": source}, error.fields), 422
    commit()
    return redirect(url_for(".show", run_id=run.id), 303)


@bp.get("/<int:run_id>")
@needs(Action.COORDINATE)
def show(run_id: int) -> str:
    """One import, at the step where it is."""
    run = service.get_run(current_session, run_id)
    if run.state == "mapping" or (run.state == "checked" and "kolommen" in request.args):
        return _mapping(run, run.mapping, run.options, {})
    counts = service.count_groups(current_session, run)
    group = _group(counts)
    page = read_page(request.args)
    rows = service.rows_of(current_session, run, group, page)
    return render_template(
        "imports/run.html",
        run=run,
        states=STATES,
        is_busy=run.state in BUSY,
        progress=progress_of(current_session, run),
        counts=counts,
        waiting=approving.count_waiting(current_session, run) if run.state == "done" else 0,
        groups=GROUP_WORDS,
        group=group,
        rows=[shown_row(current_session, run, row) for row in rows],
        missing=service.missing(current_session, run) if run.state in {"checked", "done"} else [],
        page_number=page,
        pages=pages_of(counts.get(group, 0), service.PER_PAGE),
        page_url=lambda number: url_for(".show", run_id=run.id, groep=group, page=number),
    )


@bp.get("/<int:run_id>/voortgang")
@needs(Action.COORDINATE)
def progress(run_id: int) -> FlaskResponse:
    """How far a job is; the page is read anew when it is done."""
    run = service.get_run(current_session, run_id)
    text = render_template("imports/_progress.html", run=run, progress=progress_of(current_session, run))
    answer = FlaskResponse(text, mimetype="text/html")
    if run.state not in BUSY:
        answer.headers["HX-Refresh"] = "true"
    return answer


@bp.post("/<int:run_id>/kolommen")
@needs(Action.COORDINATE)
def map_columns(run_id: int) -> Page:
    """Say what the columns mean, and compare."""
    run, form = service.get_run(current_session, run_id), request.form
    mapping = {column: form.get(f"column-{at}", "") for at, column in enumerate(run.columns)}
    options = {name: name in form for name in ("publish_contact", "review", "part")}
    try:
        service.map_columns(current_session, run, mapping, **options)
    except InvalidInput as error:
        return _mapping(run, mapping, options, error.fields), 422
    commit()
    return redirect(url_for(".show", run_id=run.id), 303)


@bp.post("/<int:run_id>/uitvoeren")
@needs(Action.COORDINATE)
def start(run_id: int) -> Response:
    """Carry it out."""
    by = require(Action.COORDINATE).name
    service.start(current_session, service.get_run(current_session, run_id), by=by)
    commit()
    return redirect(url_for(".show", run_id=run_id), 303)


@bp.post("/<int:run_id>/goedkeuren")
@needs(Action.COORDINATE)
def approve(run_id: int) -> Response:
    """Publish all that is new and waits for review."""
    by = require(Action.COORDINATE).name
    service.approve(current_session, service.get_run(current_session, run_id), by=by)
    commit()
    return redirect(url_for(".show", run_id=run_id), 303)


@bp.post("/<int:run_id>/terugdraaien")
@needs(Action.COORDINATE)
def undo(run_id: int) -> Response:
    """Take it all back."""
    by = require(Action.COORDINATE).name
    service.undo(current_session, service.get_run(current_session, run_id), by=by)
    commit()
    return redirect(url_for(".show", run_id=run_id), 303)


@bp.post("/<int:run_id>/weggooien")
@needs(Action.COORDINATE)
def discard(run_id: int) -> Response:
    """Forget a list that was not carried out."""
    service.discard(current_session, service.get_run(current_session, run_id))
    commit()
    flash(_("The list is gone. Nothing was changed."), "success")
    return redirect(url_for(".index"), 303)


@bp.post("/<int:run_id>/gezien")
@needs(Action.COORDINATE)
def settle(run_id: int) -> Response:
    """Say that the rows that were left out were looked at."""
    settling.settle(current_session, service.get_run(current_session, run_id))
    commit()
    flash(_("Seen. It does not wait for you any more."))
    return redirect(url_for(".index"), 303)


@bp.post("/<int:run_id>/toch-niet")
@needs(Action.COORDINATE)
def unsettle(run_id: int) -> Response:
    """Undo “seen”."""
    settling.unsettle(current_session, service.get_run(current_session, run_id))
    commit()
    flash(_("Undone."))
    return redirect(url_for(".show", run_id=run_id), 303)


@bp.get("/<int:run_id>/opmerkingen.csv")
@needs(Action.COORDINATE)
def problems(run_id: int) -> FlaskResponse:
    """The rows that were left out or have a remark, with the reasons."""
    run = service.get_run(current_session, run_id)
    lines = stream_problems(current_session, run)
    answer = FlaskResponse(stream_with_context(lines), mimetype="text/csv")
    answer.headers["Content-Disposition"] = f'attachment; filename="opmerkingen-{run.id}.csv"'
    return answer


def _sent_file() -> tuple[str, bytes]:
    """The name and the content of the file that came with the form."""
    file = request.files.get("file")
    if file is None or not file.filename:
        raise InvalidInput(fields={"file": [N_("Choose a file first.")]})
    with closing(file):
        return file.filename, file.stream.read(MOST_BYTES + 1)


def _index(values: dict[str, str], errors: dict[str, Any]) -> str:
    return render_template(
        "imports/index.html",
        waiting=settling.list_open(current_session),
        runs=service.list_runs(current_session),
        sources=service.list_sources(current_session),
        states=STATES,
        values=values,
        errors=errors,
    )


def _mapping(run: ImportRun, mapping: Any, options: dict[str, Any], errors: dict[str, Any]) -> str:
    rows = service.rows_of(current_session, run, "all")[:_SAMPLES]
    samples = [[row.cells[at] for row in rows if row.cells[at]] for at in range(len(run.columns))]
    return render_template(
        "imports/mapping.html",
        run=run,
        mapping=mapping,
        options=options,
        errors=errors,
        samples=samples,
        targets=[(code, _(text)) for code, text in TARGETS.items()],
    )


def _group(counts: dict[str, int]) -> str:
    """The group that is shown: the chosen one, else the first that needs a look."""
    chosen = request.args.get("groep", "")
    if chosen in service.GROUPS:
        return chosen
    order = ("bad", "propose", "change", "create", "done", "kept", "undone", "same")
    return next((name for name in order if counts[name]), "same")
