"""The one tree of errors.

::

    AppError                 500  something a person is told about
    ├── InvalidInput         422  the input breaks a rule; ``fields`` says where
    ├── NotSignedIn          401  nobody is signed in
    ├── NotAllowed           403  signed in, but without this right
    ├── NotFound             404  absent, or present and not to be seen
    ├── Conflict             409  the state of the thing forbids it
    ├── TooMany              429  slow down; ``retry_after`` in seconds
    ├── BadSignature         401  a message nobody vouches for; the reason goes to the log only
    ├── NotReady             503  the node is not set up, or a part of it is down
    ├── StorageFull          507  nothing can be kept any more until somebody makes room
    └── RemoteError          502  another server failed us
        ├── TryLater              it may work later; ``retry_after`` in seconds when it said so
        └── GaveUp                it will not work; ``status`` is its HTTP status when there was one

``detail`` is safe to show (a message id, translated at the edge with ``params``);
``cause`` is for the log, and so is ``kind``: one stable word for one reason.
"""

from __future__ import annotations

from typing import Any


class AppError(Exception):
    """An error with a text for the person (``detail``) and a text for the log (``cause``)."""

    status = 500
    title = "Something went wrong"

    def __init__(self, detail: str = "", *, cause: str = "", kind: str = "", **params: Any) -> None:
        self.detail = detail or self.title
        self.cause = cause
        self.kind = kind
        self.params = params
        super().__init__(cause or self.detail)


class InvalidInput(AppError):
    """The input breaks a rule; ``fields`` maps a field's path to its messages."""

    status = 422
    title = "Please check what you filled in"

    def __init__(
        self,
        detail: str = "",
        *,
        fields: dict[str, Any] | None = None,
        cause: str = "",
        **params: Any,
    ) -> None:
        super().__init__(detail, cause=cause, **params)
        self.fields = fields or {}


class NotSignedIn(AppError):
    """Nobody is signed in."""

    status = 401
    title = "Please sign in first"


class NotAllowed(AppError):
    """The person is known and lacks the right."""

    status = 403
    title = "You may not do this"


class NotFound(AppError):
    """The thing is absent, or present and not to be seen by this person."""

    status = 404
    title = "This page does not exist"


class Conflict(AppError):
    """The present state of the thing forbids the change."""

    status = 409
    title = "This has changed in the meantime"


class TooMany(AppError):
    """The caller must slow down; ``retry_after`` is in seconds."""

    status = 429
    title = "Too many attempts, please wait a moment"

    def __init__(self, detail: str = "", *, retry_after: int = 60, cause: str = "") -> None:
        super().__init__(detail, cause=cause)
        self.retry_after = retry_after


class BadSignature(AppError):
    """A message nobody vouches for. The reason is in ``cause`` and goes to the log only."""

    status = 401
    title = "The signature was not accepted"

    def __init__(self, cause: str, *, kind: str = "forged") -> None:
        super().__init__(cause=cause, kind=kind)


class NotReady(AppError):
    """The node is not set up yet, or a part it needs is down."""

    status = 503
    title = "This node is not ready yet"


class StorageFull(AppError):
    """The disk is full: nothing was kept, and nothing will be until somebody makes room."""

    status = 507
    title = "The disk of this node is full. Nothing was saved. Ask your administrator to make room."


class RemoteError(AppError):
    """Another server failed us."""

    status = 502
    title = "The other server did not answer as expected"


class TryLater(RemoteError):
    """It may work later; ``retry_after`` in seconds when the other side said so."""

    def __init__(
        self,
        detail: str = "",
        *,
        retry_after: float | None = None,
        status: int | None = None,
        cause: str = "",
        **params: Any,
    ) -> None:
        super().__init__(detail, cause=cause, **params)
        self.retry_after = retry_after
        self.remote_status = status


class GaveUp(RemoteError):
    """It will not work; ``remote_status`` is the HTTP status when there was one."""

    def __init__(
        self, detail: str = "", *, status: int | None = None, cause: str = "", **params: Any
    ) -> None:
        super().__init__(detail, cause=cause, **params)
        self.remote_status = status
