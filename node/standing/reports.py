"""The reports that wait for the board or the coordinator, and what they decide."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from directory.replica.owners import names_of
from directory.replica.publishing import publish_record
from directory.replica.records import Record
from directory.replica.visibility import hidden_owners
from directory.search.index import key_of
from federation.actors.identities import Identity, find_by_uri
from federation.database import now
from federation.relations.deciding import decide
from federation.relations.standing import Rule
from federation.relations.undoing import undo
from federation.settings import Settings
from node.activity_templates.service import find_own, page_key, withdraw_template
from node.standing.models import HANDLED, OPEN, Report
from schemas.errors import Conflict, InvalidInput, NotFound
from schemas.messages import N_
from schemas.paging import pages_of

VERDICTS = ("nothing", "silence", "suspend", "withdraw")
MOST_ANSWER = 500
PER_PAGE = 30


@dataclass(frozen=True)
class Thing:
    """Something that was reported: its name and its page here, as far as we have them."""

    uri: str
    name: str
    url: str


@dataclass(frozen=True)
class ReportView:
    """A report in the words of a page."""

    report: Report
    things: list[Thing]
    reporter: str
    owner: str
    sent_to: list[str]
    is_own_record: bool
    """Whether what is reported is ours, so that we could withdraw it."""


@dataclass(frozen=True)
class ReportPage:
    """One page of reports, newest first."""

    reports: list[ReportView]
    page: int
    pages: int
    total: int


def list_reports(session: Session, state: str, page: int = 1) -> ReportPage:
    """The reports that are open, or handled."""
    total = session.scalar(select(func.count()).select_from(Report).where(Report.state == state)) or 0
    pages = pages_of(total, PER_PAGE)
    page = min(max(1, page), pages)
    query = select(Report).where(Report.state == state).order_by(Report.id.desc())
    found = session.scalars(query.limit(PER_PAGE).offset((page - 1) * PER_PAGE)).all()
    return ReportPage([view_of(session, report) for report in found], page, pages, total)


def count_open(session: Session) -> int:
    """How many reports wait."""
    return session.scalar(select(func.count()).select_from(Report).where(Report.state == OPEN)) or 0


def get_report(session: Session, report_id: int) -> Report:
    """One report. NotFound."""
    report = session.get(Report, report_id)
    if report is None:
        raise NotFound()
    return report


def view_of(session: Session, report: Report) -> ReportView:
    """A report with the names that belong to its addresses."""
    uris = [uri for uri in (report.reporter_uri, report.owner_uri, *report.sent_to) if uri]
    names = names_of(session, uris)
    return ReportView(
        report=report,
        things=_things(session, report.about),
        reporter=names[report.reporter_uri],
        owner=names.get(report.owner_uri, ""),
        sent_to=[names[uri] for uri in report.sent_to],
        is_own_record=_is_own(session, report),
    )


def handle(
    session: Session, settings: Settings, report_id: int, verdict: str, *, answer: str, by: str
) -> Report:
    """Decide about a report. InvalidInput, or Conflict when it was handled already."""
    report = get_report(session, report_id)
    answer = " ".join(answer.split())
    if report.state != OPEN:
        raise Conflict(N_("This report has already been handled."))
    _check(session, report, verdict, answer)
    if verdict == "withdraw":
        _withdraw(session, settings, report)
    elif verdict in {"silence", "suspend"}:
        rule: Rule = "silence" if verdict == "silence" else "suspend"
        made = decide(session, settings, report.owner_uri, rule, reason=answer, by=by)
        report.decision_id = made.id
    report.state, report.verdict, report.answer = HANDLED, verdict, answer
    report.handled_by, report.handled_at = by, now()
    session.flush()
    return report


def reopen(session: Session, settings: Settings, report_id: int, *, by: str) -> Report:
    """Take a verdict back, with the rule that came of it. Conflict when that cannot be."""
    report = get_report(session, report_id)
    if report.state != HANDLED:
        raise Conflict(N_("There is nothing to undo here."))
    if report.verdict == "withdraw":
        raise Conflict(N_("What was withdrawn does not come back by itself. Publish it anew."))
    if report.decision_id is not None:
        undo(session, settings, report.decision_id, by=by)
    report.state, report.verdict, report.decision_id = OPEN, "", None
    report.handled_by, report.handled_at = "", None
    session.flush()
    return report


def _check(session: Session, report: Report, verdict: str, answer: str) -> None:
    fields: dict[str, list[str]] = {}
    if verdict not in VERDICTS:
        fields["verdict"] = [N_("Choose one of the list.")]
    if len(answer) > MOST_ANSWER:
        fields["answer"] = [N_("Use at most 500 characters.")]
    elif verdict != "nothing" and not answer:
        fields["answer"] = [N_("Write in a few words why.")]
    is_own = _is_own(session, report)
    if verdict in {"silence", "suspend"} and (is_own or not report.owner_uri):
        fields["verdict"] = [N_("This is your own, or nobody knows whose it is.")]
    if verdict == "withdraw" and not is_own:
        fields["verdict"] = [N_("You can only withdraw what is your own.")]
    if fields:
        raise InvalidInput(fields=fields)


def _is_own(session: Session, report: Report) -> bool:
    return bool(report.owner_uri) and find_by_uri(session, report.owner_uri) is not None


def _withdraw(session: Session, settings: Settings, report: Report) -> None:
    """Take our own records off the network; those that went before are passed over."""
    withdrawn = 0
    for uri in report.about:
        record = session.get(Record, uri)
        owner = find_by_uri(session, record.owner_uri) if record else None
        if record is None or owner is None or record.deleted_at or uri == owner.actor_uri:
            continue
        _withdraw_record(session, settings, owner, uri)
        withdrawn += 1
    if not withdrawn:
        raise Conflict(N_("There is nothing here that can be withdrawn."))


def _withdraw_record(session: Session, settings: Settings, owner: Identity, uri: str) -> None:
    template = find_own(session, uri)
    if template is not None:
        withdraw_template(session, settings, template)
    else:
        publish_record(session, settings, owner, "Delete", uri)


def _things(session: Session, uris: Sequence[str]) -> list[Thing]:
    records = {row.uri: row for row in session.scalars(select(Record).where(Record.uri.in_(uris)))}
    hidden = hidden_owners(session, {record.owner_uri for record in records.values()})
    return [_thing(session, uri, records.get(uri), hidden) for uri in uris]


def _thing(session: Session, uri: str, record: Record | None, hidden: frozenset[str]) -> Thing:
    if record is None or record.deleted_at is not None or record.owner_uri in hidden:
        return Thing(uri, (record.name if record else "") or uri, "")
    if record.type == "ActivityTemplate":
        return Thing(uri, record.name, f"/formats/{page_key(session, uri)}")
    return Thing(uri, record.name, f"/gids/{key_of(uri)}" if record.type == "Organization" else "")
