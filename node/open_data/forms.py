"""The forms in which the guide is given away, and an answer in one of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from flask import Response, stream_with_context
from flask_babel import gettext as _
from sqlalchemy.orm import Session

from directory.exports.geojson import stream_geojson
from directory.exports.hsds import stream_hsds
from directory.exports.linked_data import stream_linked_data
from directory.exports.reading import Publisher
from directory.exports.spreadsheet import stream_xlsx
from directory.exports.tables import stream_csv
from directory.search.service import Selection
from federation.actors.identities import base_url
from federation.database import now
from federation.flask_session import current_session
from node.communities.models import find_community
from node.layout.languages import current_language

Writer = Callable[[Session, Selection, Publisher], Iterator[str] | Iterator[bytes]]


@dataclass(frozen=True)
class Form:
    """One form: its file ending, its media type, what writes it, and what people call it."""

    ending: str
    mimetype: str
    write: Writer
    name: Callable[[], str]
    purpose: Callable[[], str]


_ALL = (
    Form(
        "csv",
        "text/csv",
        lambda session, selection, publisher: stream_csv(session, selection, publisher.language),
        lambda: _("Table (CSV)"),
        lambda: _("For every spreadsheet and for most programs."),
    ),
    Form(
        "xlsx",
        "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
        lambda session, selection, publisher: stream_xlsx(session, selection, publisher.language),
        lambda: _("Excel workbook (XLSX)"),
        lambda: _("Opens in Excel and in LibreOffice."),
    ),
    Form(
        "geojson",
        "application/geo+json",
        stream_geojson,
        lambda: _("Map layer (GeoJSON)"),
        lambda: _("For maps and GIS programs, such as QGIS."),
    ),
    Form(
        "jsonld",
        "application/ld+json",
        stream_linked_data,
        lambda: _("Linked data (JSON-LD)"),
        lambda: _("In the words of schema.org, for search engines and researchers."),
    ),
    Form(
        "hsds.json",
        "application/json",
        stream_hsds,
        lambda: _("Social map (HSDS 3.0)"),
        lambda: _("The open standard for directories of help in the neighbourhood."),
    ),
)

FORMS = {form.ending: form for form in _ALL}


def publisher() -> Publisher:
    """This node, as the one who passes the directory on."""
    community = find_community(current_session)
    name = community.name if community else "Omzien"
    return Publisher(name, base_url(current_session), current_language(), now())


def file_of(form: Form, selection: Selection) -> Response:
    """A selection as a file to keep. Any site may read it."""
    by = publisher()
    pieces = form.write(current_session, selection, by)
    answer = Response(stream_with_context(pieces), mimetype=form.mimetype)
    day = by.made_at.date().isoformat()
    answer.headers["Content-Disposition"] = f'attachment; filename="gids-{day}.{form.ending}"'
    answer.headers["Link"] = '<https://creativecommons.org/licenses/by/4.0/>; rel="license"'
    return open_to_all(answer)


def open_to_all(answer: Response) -> Response:
    """Let pages of other sites read an answer: there is nothing personal in it, whoever asks."""
    answer.headers["Access-Control-Allow-Origin"] = "*"
    answer.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
    return answer
