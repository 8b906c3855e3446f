"""Readers of our documents that follow the published rules of other software, in our own words.

Each says which file it follows. They are as strict as the original where it is strict: a document
that the original would refuse or show empty is refused or shown empty here.

- Mastodon 4.5 to 4.7: app/lib/activitypub/parser/status_parser.rb (`processed_text`), activity.rb
  (supported and converted types), lib/sanitize_ext/sanitize_config.rb (MASTODON_STRICT)
- GoToSocial 0.18 and later: internal/typeutils/astointernal.go (`ASStatusToStatus`),
  internal/ap/interfaces.go (`IsStatusable`), internal/text/sanitize.go (bluemonday's UGCPolicy)
- Mobilizon 5: lib/federation/activity_pub/transmogrifier.ex, activity_stream/converter/{event,address}.ex
- Gancio 1: server/federation/events.js
- WordPress, Event Bridge 1: includes/activitypub/transmogrifier/class-base.php
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from html import escape, unescape
from typing import Any
from urllib.parse import urlsplit

import nh3

PUBLIC = "https://www.w3.org/ns/activitystreams#Public"
MASTODON_TAGS = {
    "p",
    "br",
    "span",
    "a",
    "del",
    "s",
    "pre",
    "blockquote",
    "code",
    "b",
    "strong",
    "u",
    "i",
    "em",
    "ul",
    "ol",
    "li",
    "ruby",
    "rt",
    "rp",
}
UGC_TAGS = MASTODON_TAGS | {
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "div",
    "hr",
    "dl",
    "dt",
    "dd",
    "img",
    "table",
    "tr",
    "td",
    "th",
    "sub",
    "sup",
    "small",
}
GANCIO_TAGS = {
    "p",
    "i",
    "ol",
    "ul",
    "li",
    "a",
    "strong",
    "br",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "em",
    "b",
    "u",
    "blockquote",
    "hr",
}


@dataclass(frozen=True)
class Shown:
    """What a person sees, and where it leads."""

    title: str
    html: str
    url: str
    language: str = ""
    folded_under: str = ""
    """The words above a folded text: a content warning, or what takes its place."""
    starts_at: datetime | None = None
    place: str = ""
    status: str = ""

    @property
    def text(self) -> str:
        """All words, without markup."""
        return " ".join(unescape(re.sub(r"<[^>]+>", " ", self.html)).split())

    @property
    def links(self) -> list[str]:
        """Where the text leads."""
        return [unescape(link) for link in re.findall(r'<a [^>]*href="([^"]*)"', self.html)]


def read_mastodon(activity: dict[str, Any]) -> Shown | None:
    """A status of Mastodon; None when it drops the activity."""
    thing = activity["object"]
    kinds = thing["type"] if isinstance(thing["type"], list) else [thing["type"]]
    converted = bool({"Image", "Audio", "Video", "Article", "Page", "Event"} & set(kinds))
    if not converted and not {"Note", "Question"} & set(kinds):
        return None
    if urlsplit(thing["id"]).netloc != urlsplit(activity["actor"]).netloc:
        return None
    url = thing.get("url") or thing["id"]
    if not converted:
        return Shown("", _strict(thing.get("content", "")), url, folded_under=thing.get("summary", ""))
    parts = [f"<h2>{thing['name']}</h2>" if thing.get("name") else "", thing.get("summary") or ""]
    html = "\n\n".join([part for part in parts if part] + [f'<a href="{escape(url)}">{escape(url)}</a>'])
    maps = ("contentMap", "nameMap", "summaryMap")
    language = next((next(iter(thing[name])) for name in maps if thing.get(name)), "")
    return Shown(thing.get("name", ""), _strict(html), url, language)


def read_gotosocial(activity: dict[str, Any]) -> Shown | None:
    """A status of GoToSocial; None when it drops the activity."""
    thing = activity["object"]
    statusable = {"Article", "Document", "Image", "Video", "Note", "Page", "Event", "Place", "Profile"}
    if thing["type"] not in statusable or not thing.get("attributedTo"):
        return None
    if PUBLIC not in [*thing.get("to", []), *thing.get("cc", [])]:
        return None
    language = next(iter(thing.get("contentMap") or {}), "")
    html = nh3.clean(thing.get("content", ""), tags=UGC_TAGS, attributes={"a": {"href"}})
    folded = thing.get("summary") or thing.get("name") or ""
    folded = unescape(nh3.clean(folded, tags=set()))
    return Shown("", html, thing.get("url") or thing["id"], language, folded)


def read_mobilizon(activity: dict[str, Any]) -> Shown | None:
    """An event of Mobilizon; None for what no clause of its transmogrifier matches."""
    thing = activity["object"]
    if thing["type"] != "Event":  # an Article only with `actor` and a Group it knows: not ours
        return None
    if not isinstance(thing["attributedTo"], str) or not isinstance(thing["to"], list):
        return None
    join = thing.get("joinMode", "free")
    status = str(thing.get("status", thing.get("ical:status", "CONFIRMED"))).lower()
    if join not in {"free", "restricted", "invite", "external"} or PUBLIC not in thing["to"]:
        return None
    if status not in {"tentative", "confirmed", "cancelled"} or not thing.get("name"):
        return None
    for each in thing.get("attachment", []):
        assert isinstance(each["type"], str)
    address = thing["location"].get("address") or {}
    place = ", ".join(
        str(part)
        for part in (
            thing["location"]["name"],
            address.get("streetAddress"),
            address.get("addressLocality"),
            address.get("addressCountry"),
        )
        if part
    )
    url = thing["externalParticipationUrl"] if join == "external" else thing["id"]
    return Shown(
        thing["name"],
        nh3.clean(thing["content"], tags=UGC_TAGS, attributes={"a": {"href"}}),
        url,
        thing.get("inLanguage", ""),
        starts_at=datetime.fromisoformat(thing["startTime"]),
        place=place,
        status=status,
    )


def read_gancio(activity: dict[str, Any]) -> Shown | None:
    """An event of Gancio; None when a field is missing that it asks for."""
    thing = activity["object"]
    if thing["type"] != "Event" or not thing.get("name") or not thing.get("startTime"):
        return None
    assert len(thing["attachment"]) == 0  # an Update reads the length without asking
    html = nh3.clean(thing["content"], tags=GANCIO_TAGS, attributes={"a": {"href"}})
    starts_at = datetime.fromisoformat(thing["startTime"])
    return Shown(
        thing["name"].strip(), html, thing["id"], starts_at=starts_at, place=thing["location"]["name"]
    )


def read_wordpress(activity: dict[str, Any]) -> Shown | None:
    """An event of the Event Bridge for WordPress."""
    thing = activity["object"]
    if thing["type"] != "Event":
        return None
    address = thing["location"]["address"]
    assert address["type"] == "PostalAddress"
    fields = ("streetAddress", "postalCode", "addressLocality", "addressState", "addressCountry")
    place = " ,".join(address[name] for name in fields if isinstance(address.get(name), str))
    starts_at = datetime.fromisoformat(thing["startTime"])
    html = nh3.clean(thing["content"], tags=UGC_TAGS, attributes={"a": {"href"}})
    return Shown(thing["name"], html, thing["url"], starts_at=starts_at, place=place)


def _strict(html: str) -> str:
    """MASTODON_STRICT: headings become bold paragraphs, what is not listed loses its tags."""
    html = re.sub(r"<h[1-6]>(.*?)</h[1-6]>", r"<p><strong>\1</strong></p>", html, flags=re.DOTALL)
    return nh3.clean(html, tags=MASTODON_TAGS, attributes={"a": {"href"}}, url_schemes={"http", "https"})
