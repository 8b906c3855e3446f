"""The database session of a web request: opened on first use, closed at its end.

Reading requests take no write lock. Edges call `commit()`; what they do not commit is undone.
"""

from __future__ import annotations

from typing import cast

from flask import Flask, current_app, g, request
from sqlalchemy.orm import Session
from werkzeug.local import LocalProxy

from federation.database import LAST_ROW
from federation.runtime import Runtime
from schemas.errors import NotFound
from schemas.fields import is_storable

_READING = {"GET", "HEAD", "OPTIONS"}


def init_app(app: Flask, runtime: Runtime) -> None:
    """Give the app its runtime and close each request's session."""
    app.extensions["omzien"] = runtime
    app.before_request(_check_address)
    app.teardown_appcontext(_close)


def _check_address() -> None:
    """NotFound for an address with a character or a number that no database can hold: nothing is there."""
    texts = [request.path, *request.args, *(text for given in request.args.listvalues() for text in given)]
    numbers = [value for value in (request.view_args or {}).values() if isinstance(value, int)]
    if not all(is_storable(text) for text in texts) or any(number > LAST_ROW for number in numbers):
        raise NotFound(cause="an address that cannot be kept")


def current_runtime() -> Runtime:
    """The runtime of the running app."""
    return cast(Runtime, current_app.extensions["omzien"])


def get_session() -> Session:
    """The session of this request; writing requests take the write lock."""
    if "omzien_session" not in g:
        reading = bool(request) and request.method in _READING
        g.omzien_session = current_runtime().database.open(write=not reading)
    return cast(Session, g.omzien_session)


def use_writing_session() -> Session:
    """For the rare reading request that must write: a session that takes the write lock."""
    _close(None)
    g.omzien_session = current_runtime().database.open(write=True)
    return cast(Session, g.omzien_session)


def commit() -> None:
    """Commit this request's session."""
    get_session().commit()


def _close(_error: BaseException | None) -> None:
    session = g.pop("omzien_session", None)
    if session is not None:
        session.close()


current_session = cast(Session, LocalProxy(get_session))
