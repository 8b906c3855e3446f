"""What the layout shows around every page: the village's name, its places, its telephone."""

from __future__ import annotations

from dataclasses import dataclass

from flask import g, request, url_for
from flask_babel import gettext as _
from sqlalchemy.exc import SQLAlchemyError

from federation.flask_session import current_session
from node.accounts.access import Action, current_account, may
from node.accounts.models import Account
from node.communities.models import Community, find_community
from node.layout.languages import current_language


@dataclass(frozen=True)
class Link:
    """A link of the header or footer."""

    url: str
    text: str
    icon: str = ""
    current: bool = False
    team: bool = False


@dataclass(frozen=True)
class Page:
    """The frame of one page."""

    language: str
    size: str
    here: str
    home_url: str = "/"
    name: str = "Omzien"
    tagline: str = ""
    accent: str = "leaf"
    telephone: str = ""
    example_data: bool = False
    signed_in: bool = False
    bare: bool = False
    """Without the switches of the header: they would leave a form that is half filled in."""
    navigation: tuple[Link, ...] = ()
    account_links: tuple[Link, ...] = ()
    footer_links: tuple[Link, ...] = ()


def page() -> Page:
    """The frame for this request; built once, and bare where the database cannot be read."""
    if "omzien_page" not in g:
        g.omzien_page = _frame()
    frame: Page = g.omzien_page
    return frame


def _frame() -> Page:
    here = request.full_path.rstrip("?") if request.method == "GET" else "/"
    size = "large" if request.cookies.get("size") == "large" else "normal"
    try:
        community, account = find_community(current_session), current_account()
        if community is None:
            return Page(current_language(), size, here, tagline=_("for caring communities"))
        return _frame_of(community, account, size, here)
    except SQLAlchemyError:
        return Page(current_language(), size, here)


def _frame_of(community: Community, account: Account | None, size: str, here: str) -> Page:
    return Page(
        language=current_language(),
        size=size,
        here=here,
        name=community.name,
        tagline=_("caring village in %(municipality)s", municipality=community.municipality)
        if community.is_village
        else _("network of caring communities"),
        accent=community.accent,
        telephone=community.telephone,
        example_data=community.example_data,
        signed_in=account is not None,
        navigation=_navigation(community),
        account_links=_account_links(account),
        footer_links=_footer_links(account),
    )


def _navigation(community: Community) -> tuple[Link, ...]:
    places = _places_of_village() if community.is_village else _places_of_hub()
    if community.is_village and community.is_hub:
        places.insert(-1, ("/kaart", _("Map")))
    team = []
    if community.is_hub and may(Action.COORDINATE):
        team.append(("/werkkamer", _("Coordinator’s room")))
    if community.is_village and may(Action.SEE_WORKPLACE):
        team.append(("/werkplek", _("Workplace")))
    links = [Link(url, text, current=_is_current(url)) for url, text in places]
    return (*links, *(Link(url, text, current=_is_current(url), team=True) for url, text in team))


def _places_of_village() -> list[tuple[str, str]]:
    return [
        ("/", _("This week")),
        ("/meedoen", _("Take part")),
        ("/ons-dorp", _("Our village")),
        ("/netwerk", _("Network")),
        ("/formats", _("Formats")),
        ("/gids", _("Guide")),
        ("/cijfers", _("Figures")),
    ]


def _places_of_hub() -> list[tuple[str, str]]:
    return [
        ("/gids", _("Guide")),
        ("/kaart", _("Map")),
        ("/formats", _("Formats")),
        ("/cijfers", _("Figures")),
    ]


def _is_current(url: str) -> bool:
    return request.path == url or (url != "/" and request.path.startswith(url + "/"))


def _account_links(account: Account | None) -> tuple[Link, ...]:
    if account is None:
        return (Link(url_for("security.login"), _("Sign in"), "person"),)
    return (Link(url_for("accounts.account"), account.name.split()[0], "person"),)


def _footer_links(account: Account | None) -> tuple[Link, ...]:
    links = [
        Link("/verhalen", _("Stories")),
        Link("/agenda", _("Agenda of all villages")),
        Link("/netwerk/delen", _("What we share")),
        Link("/open-data", _("Open data")),
    ]
    if account is None:
        return (*links, Link(url_for("security.login"), _("Sign in for the team")))
    return (*links, Link(url_for("accounts.account"), _("My account")))
