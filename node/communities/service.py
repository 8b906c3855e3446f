"""What a community decides about itself: begin, change and publish its profile."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from marshmallow import ValidationError
from sqlalchemy.orm import Session

from directory.geography.places import Place, place
from directory.search.folding import fold
from federation.actors.identities import check_base_url, create_identity, find_identity
from federation.database import now
from federation.settings import Settings
from node.accounts.models import Account
from node.accounts.roles import Role
from node.accounts.service import create_account
from node.communities import former
from node.communities.models import ACCENTS, Community, SetUpDraft, find_community, get_community
from schemas.errors import Conflict, InvalidInput
from schemas.initiatives import InitiativeSchema
from schemas.messages import N_

HUB_USERNAME = "netwerk"
SERVER_USERNAME = "server"
LONGEST_SUMMARY = 2000
_NOT_ASKED = ("activities", "closedOn", "confirmedOn", "license", "sourceName", "sources")
"""Facts that no form asks; a program may change them."""


@dataclass(frozen=True, kw_only=True)
class SetUp:
    """Everything a node needs to begin. ``totp_secret`` is encrypted by node.accounts.secret_keys."""

    name: str
    place_id: int
    base_url: str
    is_village: bool
    is_hub: bool
    admin_name: str
    admin_email: str
    password_hash: str
    totp_secret: str | None = None
    telephone: str = ""
    summary: str = ""
    accent: str = "leaf"
    username: str = ""
    example_data: bool = False


def set_up(session: Session, settings: Settings, answers: SetUp) -> Community:
    """Make the community, its identities with their keys, and the first administrator.

    Raises Conflict when the node was set up before, InvalidInput for an answer that cannot be.
    """
    if find_community(session):
        raise Conflict(N_("This node was set up before."))
    if not (answers.is_village or answers.is_hub):
        raise InvalidInput(fields={"roles": [N_("Choose at least one.")]})
    base = check_base_url(settings, answers.base_url)
    where = place(answers.place_id)
    community = _new_community(answers, where)
    session.add(community)
    _create_identities(session, settings, community, base, answers.username or username_for(where.name))
    _create_administrator(session, answers)
    draft = session.get(SetUpDraft, 1)
    if draft is not None:
        session.delete(draft)
    session.flush()
    return community


def username_for(name: str) -> str:
    """A name for the address on the network: “Son en Breugel” becomes ``son_en_breugel``."""
    return re.sub(r"[^a-z0-9]+", "_", fold(name)).strip("_")[:40] or "dorp"


def _new_community(answers: SetUp, where: Place) -> Community:
    kind = "caring_village" if answers.is_village else "network"
    return Community(
        name=check_name(answers.name),
        place_id=where.place_id,
        place_name=where.name,
        municipality=where.municipality,
        summary=answers.summary,
        telephone=answers.telephone,
        accent=answers.accent,
        is_village=answers.is_village,
        is_hub=answers.is_hub,
        example_data=answers.example_data,
        initiative=checked_initiative(
            {"kind": kind, "areas": [where.as_area()], "exampleData": answers.example_data}
        ),
    )


def _create_identities(
    session: Session, settings: Settings, community: Community, base: str, username: str
) -> None:
    wanted = [("server", SERVER_USERNAME)]
    wanted += [("cooperative", username)] if community.is_village else []
    wanted += [("hub", HUB_USERNAME)] if community.is_hub else []
    for role, name in wanted:
        create_identity(
            session,
            settings,
            role=role,
            username=name,
            name=community.name,
            base_url=base,
            summary=community.summary if role != "server" else "",
            initiative=community.initiative if role == community.profile_role else None,
        )


def _create_administrator(session: Session, answers: SetUp) -> Account:
    roles = {Role.ADMINISTRATOR, Role.BOARD}  # in a small village the same person begins
    account = create_account(
        session,
        name=answers.admin_name,
        email=answers.admin_email,
        roles=frozenset(roles | ({Role.COORDINATOR} if answers.is_hub else set())),
        password_hash=answers.password_hash,
    )
    if answers.totp_secret:
        account.tf_primary_method, account.tf_totp_secret = "authenticator", answers.totp_secret
    return account


def check_name(name: str) -> str:
    """The name of a community, tidied. Raises InvalidInput."""
    name = " ".join(name.split())
    if not name:
        raise InvalidInput(fields={"name": [N_("Please fill this in.")]})
    if len(name) > 200:
        raise InvalidInput(fields={"name": [N_("Use at most 200 characters.")]})
    return name


def checked_initiative(initiative: dict[str, Any]) -> dict[str, Any]:
    """The facts as the wire writes them. Raises InvalidInput with the schema's messages."""
    schema = InitiativeSchema()
    try:
        return dict(schema.dump(schema.load(initiative)))
    except ValidationError as error:
        raise InvalidInput(fields=dict(error.messages_dict)) from None


def save_profile(
    session: Session, community: Community, changes: dict[str, Any], *, by: str, reason: str = "changed"
) -> None:
    """Keep what the board filled in: name, summary, telephone, accent and the initiative's facts.

    What a form does not ask stays, and so does the source of each fact that stays. What the profile said
    before can be brought back. Nothing leaves the node by this; that is
    `node.communities.publishing.publish_profile`. Raises InvalidInput.
    """
    session.refresh(community, with_for_update=True)
    before, after = former.profile_of(community), _checked_profile(community, changes)
    after["initiative"]["sources"] = former.sources_after(before, after)
    if after == before:
        return
    for name, value in after.items():
        setattr(community, name, value)
    community.updated_at = now()
    former.keep(session, community, before, by=by, reason=reason)


def lock_profile(session: Session) -> Community:
    """The community as it is now; nobody else changes its profile before this transaction ends."""
    community = get_community(session)
    session.refresh(community, with_for_update=True)
    return community


def restore_profile(session: Session, community: Community, revision: int, *, by: str) -> None:
    """Bring a former profile back; the one of now becomes a former one, so nothing is lost.

    Raises NotFound, and Conflict when it says the same.
    """
    found = former.get_former(session, community, revision)
    if not found.changed:
        raise Conflict(N_("This is what the profile says now."))
    save_profile(session, community, found.row.content, by=by, reason="restored")


def _checked_profile(community: Community, changes: dict[str, Any]) -> former.Profile:
    if changes["accent"] not in ACCENTS:
        raise InvalidInput(fields={"accent": [N_("Choose one of the list.")]})
    if len(changes["summary"]) > LONGEST_SUMMARY:
        raise InvalidInput(fields={"summary": [N_("Use at most 2,000 characters.")]})
    known = community.initiative or {}
    unasked = {name: known[name] for name in _NOT_ASKED if name in known}
    facts = {**unasked, **changes["initiative"], "exampleData": community.example_data}
    return {
        "initiative": checked_initiative(facts),
        "name": check_name(changes["name"]),
        "summary": changes["summary"].strip(),
        "accent": changes["accent"],
        "telephone": changes["telephone"].strip()[:30],
    }


def is_published(session: Session, community: Community) -> bool:
    """True when the network was told what the profile says now."""
    identity = find_identity(session, community.profile_role)
    published = community.profile_published_at
    return identity is not None and published is not None and published >= community.updated_at
