"""Copying a template to this community: its questions answered, its name made ours."""

from __future__ import annotations

import re
from typing import Any

from sqlalchemy.orm import Session

from directory.replica import templates as known_templates
from directory.replica.owners import name_of, places_of
from directory.replica.records import Record
from federation.actors.identities import get_identity
from node.activity_templates.ancestry import ancestors_after, check_license
from node.activity_templates.content import content_of, load_content
from node.activity_templates.models import ActivityTemplate
from node.communities.models import find_community
from schemas.errors import InvalidInput, NotFound
from schemas.indicators import NATIONAL
from schemas.messages import N_
from schemas.objects import Document

Answers = dict[str, Any]

ANY_VILLAGE = "Ons Dorp"
"""Stands for the village in a name that is nobody's yet: “Ons Dorp Eet” becomes “Elsendorp Eet”."""


def copy_template(session: Session, uri: str, *, name: str, answers: Answers) -> ActivityTemplate:
    """Make a draft from the replica's copy of a template; its origin need not be reachable.

    ``answers`` maps parameter keys to values. Raises InvalidInput with ``fields["answers"]``
    by parameter key, Conflict when its licence forbids a copy, or NotFound when the template is gone
    from the replica too.
    """
    record = _record(session, uri)
    check_license(record)
    base = content_of(record.document)
    content = fill_in(base, name=name, answers=answers)
    template = ActivityTemplate(
        draft=content,
        copied_from=_reference(record),
        base_content=base,
        ancestors=ancestors_after(session, record),
    )
    session.add(template)
    session.flush()
    return template


def fill_in(base: Document, *, name: str, answers: Answers) -> Document:
    """The content with its questions answered, under a name of our own.

    Raises InvalidInput with ``fields["answers"]`` by the key of the question.
    """
    known = {parameter["key"] for parameter in base["parameters"]}
    if unknown := set(answers) - known:
        message = N_("This format does not ask that.")
        raise InvalidInput(fields={"answers": {key: [message] for key in sorted(unknown)}})
    parameters = [{**each, "value": answers.get(each["key"], each["value"])} for each in base["parameters"]]
    indicators = [code for code in base["indicators"] if code in NATIONAL]
    return _load_answered({**base, "name": name, "parameters": parameters, "indicators": indicators})


def propose_name(session: Session, uri: str, village: str) -> str:
    """ "[Village] + verb": the origin's village in the name makes room for ours.

    A name without the village gets ours behind it: “Koffie & Koters Elsendorp”.
    """
    record = _record(session, uri)
    name = str(record.document["name"])
    theirs = [*places_of(session, record.owner_uri), name_of(session, record.owner_uri).split()[0]]
    for place in [ANY_VILLAGE, *sorted(theirs, key=len, reverse=True)]:
        pattern = rf"(?<!\w){re.escape(place)}(?!\w)"
        if re.search(pattern, name, re.IGNORECASE):
            return re.sub(pattern, lambda _match: village, name, count=1, flags=re.IGNORECASE)
    return name if village.casefold() in name.casefold() else f"{name} {village}"


def propose_own_name(session: Session, uri: str) -> str:
    """The name for a copy in this node's own village."""
    community = find_community(session)
    village = community.place_name if community else get_identity(session, "cooperative").name
    return propose_name(session, uri, village)


def _record(session: Session, uri: str) -> Record:
    record = session.get(Record, uri)
    if record is None or record.deleted_at is not None or known_templates.find_template(session, uri) is None:
        raise NotFound(N_("This format does not exist."), cause=uri)
    return record


def _reference(record: Record) -> Document:
    document = record.document
    return {"id": record.uri, "version": document["version"], "contentHash": document["contentHash"]}


def _load_answered(content: Document) -> Document:
    try:
        return load_content(content)
    except InvalidInput as error:
        mistakes = error.fields.pop("parameters", {})
        keys = [parameter["key"] for parameter in content["parameters"]]
        answers = {keys[at]: problem.get("value", problem) for at, problem in mistakes.items()}
        if answers:
            error.fields["answers"] = answers
        raise
