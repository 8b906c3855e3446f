"""What is new in the directory, and the Atom feed (RFC 4287) that tells it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from xml.etree import ElementTree as ET

from sqlalchemy import select
from sqlalchemy.orm import Session

from directory.exports.reading import EXAMPLE_EN, EXAMPLE_NL, LICENCE_URL, Publisher
from directory.exports.xml_text import xml_text
from directory.replica.owners import names_of
from directory.replica.records import Record
from directory.search.documents import SearchDocument
from directory.search.service import Selection, select_documents

ATOM = "http://www.w3.org/2005/Atom"
MOST = 50

PAGES = {"entry": "/gids/", "template": "/formats/", "story": "/verhalen/"}
"""Where the page of each kind of news is here, before its key; an event has its page at its village."""
KINDS = (*PAGES, "event")


@dataclass(frozen=True)
class News:
    """One thing that this node had not seen before."""

    uri: str
    kind: str
    page_url: str
    title: str
    summary: str
    owner: str
    is_example: bool
    first_at: datetime
    updated_at: datetime


def read_news(session: Session, selection: Selection, base_url: str, limit: int = MOST) -> list[News]:
    """What came to the node at ``base_url`` last, the newest first; at most ``limit`` of it."""
    query = (
        select(Record, SearchDocument)
        .join(SearchDocument, SearchDocument.uri == Record.uri)
        .where(
            Record.first_received_at.is_not(None),
            SearchDocument.kind.in_(KINDS),
            SearchDocument.id.in_(select_documents(session, selection)),
        )
        .order_by(Record.first_received_at.desc(), Record.uri)
        .limit(limit)
    )
    rows = session.execute(query).all()
    owners = names_of(session, {record.owner_uri for record, _document in rows})
    return [_news(record, document, owners, base_url) for record, document in rows]


def _news(record: Record, document: SearchDocument, owners: Mapping[str, str], base_url: str) -> News:
    return News(
        uri=record.uri,
        kind=document.kind,
        page_url=document.page_url or base_url + PAGES[document.kind] + document.key,
        title=document.title,
        summary=document.summary,
        owner=owners[record.owner_uri],
        is_example=document.is_example,
        first_at=record.first_received_at or record.received_at,
        updated_at=record.updated_at,
    )


def atom(news: Sequence[News], publisher: Publisher, *, title: str, here: str, about: str) -> bytes:
    """The feed: ``here`` is its own path with parameters, ``about`` that of the page it follows."""
    ET.register_namespace("", ATOM)
    feed = ET.Element(_tag("feed"), {"{http://www.w3.org/XML/1998/namespace}lang": publisher.language})
    _text(feed, "id", publisher.base_url + here)
    _text(feed, "title", title)
    # the newest change, not the hour: a reader asks again often, and nothing changed
    latest = max((each.first_at for each in news), default=publisher.made_at)
    _text(feed, "updated", latest.isoformat(timespec="seconds"))
    _link(feed, "self", publisher.base_url + here, "application/atom+xml")
    _link(feed, "alternate", publisher.base_url + about, "text/html")
    _text(feed, "rights", LICENCE_URL)
    _text(ET.SubElement(feed, _tag("author")), "name", publisher.name)
    for each in news:
        _add(feed, each, publisher)
    text: bytes = ET.tostring(feed, encoding="utf-8", xml_declaration=True)
    return text


def _add(feed: ET.Element, news: News, publisher: Publisher) -> None:
    entry = ET.SubElement(feed, _tag("entry"))
    example = (EXAMPLE_EN if publisher.language == "en" else EXAMPLE_NL) if news.is_example else ""
    _text(entry, "id", news.uri)
    _text(entry, "title", news.title)
    _text(entry, "published", news.first_at.isoformat(timespec="seconds"))
    _text(entry, "updated", max(news.first_at, news.updated_at).isoformat(timespec="seconds"))
    _link(entry, "alternate", news.page_url, "text/html")
    _text(ET.SubElement(entry, _tag("author")), "name", news.owner)
    ET.SubElement(entry, _tag("category"), {"term": news.kind})
    _text(entry, "summary", " – ".join(part for part in (example, news.summary) if part))


def _link(parent: ET.Element, rel: str, href: str, kind: str) -> None:
    ET.SubElement(parent, _tag("link"), {"rel": rel, "href": href, "type": kind})


def _text(parent: ET.Element, name: str, text: str) -> None:
    ET.SubElement(parent, _tag(name)).text = xml_text(text)


def _tag(name: str) -> str:
    return f"{{{ATOM}}}{name}"
