"""Who may call: a personal access token with its scope, or the session of a signed-in page."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from flask import g, request
from flask_login import current_user

from federation.database import now
from federation.flask_session import commit, current_runtime, current_session
from node.accounts.access import current_account, require_for
from node.accounts.models import AccessToken
from node.accounts.roles import Action
from node.accounts.tokens import find_token, has_scope, note_use
from schemas.errors import NotAllowed, NotSignedIn
from schemas.messages import N_

P = ParamSpec("P")
R = TypeVar("R")


def token_or_session(scope: str, action: Action | None = None) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Require a token with this scope (or a session), and the right when one is named.

    A call that brings a token is judged by the token alone, whoever else is signed in.
    """

    def decorate(view: Callable[P, R]) -> Callable[P, R]:
        @wraps(view)
        def checked(*args: P.args, **kwargs: P.kwargs) -> R:
            _identify(scope)
            require_for(current_account(), action or Action.USE_ACCOUNT)
            return view(*args, **kwargs)

        checked.required_action = action or Action.USE_ACCOUNT  # type: ignore[attr-defined]
        checked.required_scope = scope  # type: ignore[attr-defined]
        _document(checked, scope)
        return checked

    return decorate


def token_if_any(scope: str) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Open to everybody; a call that brings a token must have this scope, and is known by it."""

    def decorate(view: Callable[P, R]) -> Callable[P, R]:
        @wraps(view)
        def known(*args: P.args, **kwargs: P.kwargs) -> R:
            if request.headers.get("Authorization"):
                _identify(scope)
            return view(*args, **kwargs)

        return known

    return decorate


def _identify(scope: str) -> None:
    header = request.headers.get("Authorization", "")
    if not header:
        if not current_user.is_authenticated:
            raise NotSignedIn(N_("Send an access token: Authorization: Bearer …"))
        return
    kind, _space, secret = header.partition(" ")
    if kind.lower() != "bearer":
        raise NotSignedIn(N_("Send an access token: Authorization: Bearer …"))
    token = find_token(current_session, secret.strip())
    if not has_scope(token, scope):
        raise NotAllowed(N_("This access token is not for this: it needs “%(scope)s”."), scope=scope)
    g.token_account = token.account
    _note_use(token)


def _note_use(token: AccessToken) -> None:
    """Keep when it was used, before the call begins; a reading call borrows a session that writes."""
    if not note_use(token, now()):
        return
    if request.method not in {"GET", "HEAD"}:
        commit()
        return
    current_session.expire(token, ["last_used_at"])  # or this session would write it too, without the lock
    with current_runtime().database.session(write=True) as session:
        found = session.get(AccessToken, token.id)
        if found is not None:
            note_use(found, now())
            session.commit()


def _document(view: Any, scope: str) -> None:
    """Tell OpenAPI which scope the call needs."""
    apidoc = dict(getattr(view, "_apidoc", {}))
    apidoc["manual_doc"] = {**apidoc.get("manual_doc", {}), "security": [{"token": [scope]}]}
    view._apidoc = apidoc
