"""Who is asking, and may they? The one door to every page and call that needs a right.

``require`` raises and never skips; ``needs`` puts it before a view and marks the view, so that
a test can find any route that forgot it.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar, cast

from flask import g
from flask_login import current_user

from node.accounts.models import Account
from node.accounts.roles import Action, Role
from schemas.errors import NotAllowed, NotSignedIn
from schemas.messages import N_

__all__ = [
    "Action",
    "Role",
    "SecondFactorMissing",
    "current_account",
    "may",
    "needs",
    "require",
    "require_for",
]

P = ParamSpec("P")
R = TypeVar("R")


class SecondFactorMissing(NotAllowed):
    """The role sees personal data, and the account has only a password."""

    title = N_("Your role needs a second key besides your password. Set it up first.")


def current_account() -> Account | None:
    """The account that signed in by page or whose access token came with the call."""
    by_token = g.get("token_account")
    if by_token is not None:
        return cast(Account, by_token)
    return cast(Account, current_user._get_current_object()) if current_user.is_authenticated else None


def require_for(account: Account | None, action: Action) -> Account:
    """Raise NotSignedIn, NotAllowed or SecondFactorMissing unless the account may do this."""
    if account is None:
        raise NotSignedIn()
    if not account.may(action):
        raise NotAllowed(cause=f"account {account.id} lacks {action}")
    if account.needs_second_factor and not account.has_second_factor and action != Action.USE_ACCOUNT:
        raise SecondFactorMissing()
    return account


def require(action: Action) -> Account:
    """The account that is asking, which may do this; raises otherwise."""
    return require_for(current_account(), action)


def may(action: Action) -> bool:
    """True when the account that is asking may do this: for what a page shows, never as a check."""
    try:
        require(action)
    except (NotSignedIn, NotAllowed):
        return False
    return True


def needs(action: Action) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Require a right before a view runs."""

    def decorate(view: Callable[P, R]) -> Callable[P, R]:
        @wraps(view)
        def checked(*args: P.args, **kwargs: P.kwargs) -> R:
            require(action)
            return view(*args, **kwargs)

        checked.required_action = action  # type: ignore[attr-defined]
        return checked

    return decorate
