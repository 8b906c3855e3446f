"""The roles of a node and what each may do: the one table of permissions."""

from __future__ import annotations

from enum import StrEnum

from schemas.messages import N_


class Role(StrEnum):
    """A role somebody has in this community; a person may have several."""

    ADMINISTRATOR = "administrator"
    BOARD = "board"
    COORDINATOR = "coordinator"
    SUPPORTER = "supporter"
    TREASURER = "treasurer"
    ACTIVITY_LEADER = "activity_leader"
    MEMBER = "member"


class Action(StrEnum):
    """Something that needs a right. Each page that changes something names one."""

    MANAGE_NODE = "manage_node"
    JOIN_HUB = "join_hub"
    DECIDE_FOLLOWERS = "decide_followers"
    EDIT_TEMPLATE = "edit_template"
    PUBLISH_TEMPLATE = "publish_template"
    PREPARE_RELEASE = "prepare_release"
    APPROVE_RELEASE = "approve_release"
    EDIT_PROFILE = "edit_profile"
    EDIT_GATHERING = "edit_gathering"
    WRITE_STORY = "write_story"
    RUN_SURVEY = "run_survey"
    WATCH_NETWORK = "watch_network"
    COORDINATE = "coordinate"
    SEE_WORKPLACE = "see_workplace"
    USE_ACCOUNT = "use_account"


LABELS: dict[Role, str] = {
    Role.ADMINISTRATOR: N_("administrator"),
    Role.BOARD: N_("board member"),
    Role.COORDINATOR: N_("national coordinator"),
    Role.SUPPORTER: N_("village supporter"),
    Role.TREASURER: N_("treasurer"),
    Role.ACTIVITY_LEADER: N_("activity leader"),
    Role.MEMBER: N_("member"),
}

_TEAM = frozenset(Role) - {Role.MEMBER}

GRANTS: dict[Action, frozenset[Role]] = {
    Action.MANAGE_NODE: frozenset({Role.ADMINISTRATOR}),
    Action.JOIN_HUB: frozenset({Role.BOARD, Role.ADMINISTRATOR, Role.COORDINATOR}),
    Action.DECIDE_FOLLOWERS: frozenset({Role.BOARD, Role.ADMINISTRATOR, Role.COORDINATOR}),
    Action.EDIT_TEMPLATE: frozenset({Role.BOARD, Role.SUPPORTER, Role.ACTIVITY_LEADER}),
    Action.PUBLISH_TEMPLATE: frozenset({Role.BOARD, Role.SUPPORTER, Role.ACTIVITY_LEADER}),
    Action.PREPARE_RELEASE: frozenset({Role.SUPPORTER, Role.BOARD, Role.TREASURER}),
    Action.APPROVE_RELEASE: frozenset({Role.BOARD}),
    Action.EDIT_PROFILE: frozenset({Role.BOARD, Role.ADMINISTRATOR}),
    Action.EDIT_GATHERING: frozenset({Role.BOARD, Role.SUPPORTER, Role.ACTIVITY_LEADER}),
    Action.WRITE_STORY: frozenset({Role.BOARD, Role.SUPPORTER}),
    Action.RUN_SURVEY: frozenset({Role.BOARD, Role.SUPPORTER}),
    Action.WATCH_NETWORK: frozenset({Role.BOARD, Role.ADMINISTRATOR, Role.COORDINATOR}),
    Action.COORDINATE: frozenset({Role.COORDINATOR}),
    Action.SEE_WORKPLACE: _TEAM,
    Action.USE_ACCOUNT: frozenset(Role),
}
"""Which roles have each right. What is not listed is refused."""

SECOND_FACTOR_ROLES = frozenset(
    {Role.ADMINISTRATOR, Role.BOARD, Role.SUPPORTER, Role.TREASURER, Role.COORDINATOR}
)
"""Roles that see personal data: a password alone does not open their work."""


def grants(roles: frozenset[Role], action: Action) -> bool:
    """True when one of these roles has this right."""
    return bool(roles & GRANTS.get(action, frozenset()))
