"""Reporting something that another owner published: to its hub, and to the owner when we choose so.

What leaves is a Flag with the addresses of public records, a reason of the list and a text that its
writer saw leave; in the name of this node, never of a person.
"""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from directory.replica.owners import name_of
from directory.replica.records import Record
from federation.actors.discovery import main_identity
from federation.actors.identities import Identity, find_by_uri
from federation.actors.remote_actors import RemoteActor
from federation.fetching.origins import authority_of
from federation.relations.follows import joined_hubs
from federation.relations.members import Member
from federation.relations.standing import is_blocked
from federation.sending.outbox import publish
from federation.settings import Settings
from node.standing.models import OPEN, Report
from schemas.errors import Conflict, InvalidInput, NotFound
from schemas.messages import N_
from schemas.personal_data import LEAVES_THE_NODE, signs_in
from schemas.taxonomies import REPORT_REASONS

MOST_TEXT = 500


@dataclass(frozen=True)
class Subject:
    """What is to be reported, and who would hear of it."""

    record: Record
    owner: str
    hubs: list[RemoteActor]
    """The hubs whose coordinators are told."""
    may_tell_owner: bool


def find_subject(session: Session, uri: str) -> Subject:
    """A public record that somebody wants to report. NotFound when we do not have it."""
    record = session.get(Record, uri)
    if record is None or record.deleted_at is not None:
        raise NotFound(cause=f"no record at {uri[:500]!r}")
    is_ours = find_by_uri(session, record.owner_uri) is not None
    hubs = [] if is_ours else _hubs_of(session, record)
    told = {hub.uri for hub in hubs}
    may_tell = not is_ours and record.owner_uri not in told and not is_blocked(session, record.owner_uri)
    return Subject(record, name_of(session, record.owner_uri), hubs, may_tell)


def send_report(
    session: Session,
    settings: Settings,
    uri: str,
    *,
    reason: str,
    text: str,
    to_owner: bool,
    by: str,
) -> Report:
    """Report a record. It is listed here for the board too. InvalidInput, Conflict or NotFound."""
    subject = find_subject(session, uri)
    text = text.replace("\r\n", "\n").strip()
    _check(session, uri, reason, text)
    sender = main_identity(session)
    recipients = [hub.uri for hub in subject.hubs]
    if to_owner and subject.may_tell_owner:
        recipients.append(subject.record.owner_uri)
    report = Report(
        activity_uri=_publish(session, settings, sender, recipients, uri, reason, text),
        reporter_uri=sender.actor_uri,
        reporter_host=authority_of(sender.actor_uri),
        is_ours=True,
        reported_by=by,
        sent_to=recipients,
        about=[uri],
        owner_uri=subject.record.owner_uri,
        reason=reason,
        text=text,
    )
    session.add(report)
    session.flush()
    return report


def _publish(
    session: Session,
    settings: Settings,
    sender: Identity,
    recipients: list[str],
    uri: str,
    reason: str,
    text: str,
) -> str | None:
    if not recipients:
        return None
    payload = {"object": [uri], "reportReason": reason, **({"content": text} if text else {})}
    activity = publish(session, settings, sender, "Flag", payload, also_to=recipients, public=False)
    return str(activity["id"])


def _check(session: Session, uri: str, reason: str, text: str) -> None:
    fields: dict[str, list[str]] = {}
    if reason not in REPORT_REASONS:
        fields["reason"] = [N_("Choose one of the list.")]
    if len(text) > MOST_TEXT:
        fields["text"] = [N_("Use at most 500 characters.")]
    elif signs := [LEAVES_THE_NODE[code] for code in signs_in(text)]:
        fields["text"] = signs[:1]
    if fields:
        raise InvalidInput(fields=fields)
    mine = select(Report).where(Report.is_ours, Report.state == OPEN, Report.reason == reason)
    if any(uri in report.about for report in session.scalars(mine)):
        raise Conflict(N_("Your team reported this already."))


def _hubs_of(session: Session, record: Record) -> list[RemoteActor]:
    """Our hubs that have something to say about it: its own, and the one that brought it."""
    member_of = set(session.scalars(select(Member.hub_uri).where(Member.actor_uri == record.owner_uri)))
    concerned = member_of | {record.owner_uri} | ({record.via_uri} if record.via_uri else set())
    return [hub for hub in joined_hubs(session) if hub.uri in concerned]
