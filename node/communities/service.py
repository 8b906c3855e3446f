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
from node.communities.models import ACCENTS, Community, SetUpDraft, find_community
from schemas.errors import Conflict, InvalidInput
from schemas.initiatives import InitiativeSchema
from schemas.messages import N_

HUB_USERNAME = "netwerk"
SERVER_USERNAME = "server"
LONGEST_SUMMARY = 2000


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


def save_profile(community: Community, changes: dict[str, Any]) -> None:
    """Keep what the board filled in: name, summary, telephone, accent and the initiative's facts.

    Nothing leaves the node by this; that is `node.communities.publishing.publish_profile`.
    """
    if changes["accent"] not in ACCENTS:
        raise InvalidInput(fields={"accent": [N_("Choose one of the list.")]})
    if len(changes["summary"]) > LONGEST_SUMMARY:
        raise InvalidInput(fields={"summary": [N_("Use at most 2,000 characters.")]})
    facts = {**changes["initiative"], "exampleData": community.example_data}
    initiative = checked_initiative(facts)
    community.name = check_name(changes["name"])
    community.summary, community.accent = changes["summary"].strip(), changes["accent"]
    community.telephone = changes["telephone"].strip()[:30]
    community.initiative = initiative
    community.updated_at = now()


def is_published(session: Session, community: Community) -> bool:
    """True when the network was told what the profile says now."""
    identity = find_identity(session, community.profile_role)
    published = community.profile_published_at
    return identity is not None and published is not None and published >= community.updated_at
