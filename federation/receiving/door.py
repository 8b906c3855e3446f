"""The door of the inbox: the one route that others use by the thousand, before the web application.

No session, form token, language or page is needed to take a message, so none is prepared: what passes
here is a signature check and a row. Everything else is handed on to the application behind the door.
See ADR 9.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from http import HTTPStatus
from typing import TYPE_CHECKING

from sqlalchemy import bindparam, select
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from federation.actors.identities import Identity, is_set_up
from federation.database import now
from federation.fetching.documents import MOST_POSTED
from federation.receiving.gate import TakesLonger, examine
from federation.receiving.keeping import Keeper
from federation.runtime import Runtime
from federation.signatures.message import Message
from federation.storage import STORAGE_ERRORS, storage_problem
from federation.timers import wake_in
from schemas.errors import AppError, InvalidInput, NotFound, NotReady, StorageFull, TryLater
from schemas.messages import N_

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment

JOB = "federation.jobs.process_inbox"
_PATH = re.compile(r"/inbox|/actors/([^/]+)/inbox")
_HAS_INBOX = select(Identity.id).where(Identity.username == bindparam("username"))
_LATER = 60  # seconds, when nothing better is known
_STATUS_LINES = {status.value: f"{status.value} {status.phrase}" for status in HTTPStatus}


class Door:
    """A WSGI application in front of another: takes what is posted to an inbox.

    ``headers`` go with every answer, as they do with those of the application behind.
    """

    def __init__(
        self, application: WSGIApplication, runtime: Runtime, headers: Iterable[tuple[str, str]] = ()
    ) -> None:
        self._application = application
        self._runtime = runtime
        self._headers = [*headers]
        self._is_set_up = False  # once true it stays true
        self._keeper = Keeper(runtime.database, self._wake)

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Answer a message; hand on everything else."""
        found = _PATH.fullmatch(environ.get("PATH_INFO", ""))
        if found is None:
            return self._application(environ, start_response)
        status, headers, body = self._answer(environ, found[1])
        headers += [("Content-Length", str(len(body))), *self._headers]
        if environ.get("wsgi.url_scheme") == "https":
            headers.append(("Strict-Transport-Security", "max-age=31536000"))
        start_response(_STATUS_LINES[status], headers)
        return [body]

    def _answer(self, environ: WSGIEnvironment, username: str | None) -> Answer:
        if environ["REQUEST_METHOD"] != "POST":
            return 405, [("Allow", "POST"), _PROBLEM], _problem("Method Not Allowed", 405)
        try:
            self._take(environ, username)
        except AppError as error:
            return refusal(error)
        except DBAPIError as error:
            problem = storage_problem(error) if isinstance(error, STORAGE_ERRORS) else None
            if problem is None:
                raise
            return refusal(problem)
        return 202, [], b""

    def _take(self, environ: WSGIEnvironment, username: str | None) -> None:
        """Read, examine and keep one message. No transaction is open while its body is waited for."""
        if username is not None or not self._is_set_up:
            with self._runtime.database.session(write=False) as session:
                self._check_set_up(session)
                _check_has_inbox(session, username)
        message = _message(environ)
        settings = self._runtime.settings
        try:
            self._keeper.prepare_and_keep(lambda session: examine(session, settings, message, briefly=True))
        except TakesLonger:
            self._take_longer(message)

    def _take_longer(self, message: Message) -> None:
        """Another server may be asked here, so nobody waits behind it."""
        with self._runtime.database.session(write=False) as session:
            row = examine(session, self._runtime.settings, message)
        if row is not None:
            self._keeper.keep(row)

    def _check_set_up(self, session: Session) -> None:
        self._is_set_up = self._is_set_up or is_set_up(session)
        if not self._is_set_up:
            raise NotReady()

    def _wake(self) -> None:
        """Let the worker know, at most once in a short while and outside of any request."""
        wake_in(self._runtime.queue, 0, JOB)


Answer = tuple[int, list[tuple[str, str]], bytes]


def refusal(error: AppError) -> Answer:
    """Other servers get the safe text as problem+json (RFC 9457); the reason is in our log."""
    later = isinstance(error, TryLater | NotReady | StorageFull)
    status = 503 if later else error.status
    headers = [_PROBLEM]
    if later:
        headers.append(("Retry-After", str(int(getattr(error, "retry_after", None) or _LATER))))
    return status, headers, _problem(error.title, status)


class _TooLarge(InvalidInput):
    status = 413
    title = N_("This message is too large.")


_PROBLEM = ("Content-Type", "application/problem+json")


def _problem(title: str, status: int) -> bytes:
    return json.dumps({"type": "about:blank", "title": title, "status": status}).encode()


def _check_has_inbox(session: Session, username: str | None) -> None:
    """NotFound unless it is a name of ours, or the inbox of all."""
    if username is None:
        return
    if session.connection().execute(_HAS_INBOX, {"username": username}).first() is None:
        raise NotFound()


def _message(environ: WSGIEnvironment) -> Message:
    query = environ.get("QUERY_STRING", "")
    path: str = environ["PATH_INFO"]
    return Message(
        method="POST",
        url=f"{path}?{query}" if query else path,
        headers=tuple(_headers(environ)),
        body=_body(environ),
        received_at=now(),
    )


def _headers(environ: WSGIEnvironment) -> Iterable[tuple[str, str]]:
    for name, value in environ.items():
        if name.startswith("HTTP_"):
            yield name[5:].replace("_", "-").lower(), value
        elif name in {"CONTENT_TYPE", "CONTENT_LENGTH"} and value:
            yield name.replace("_", "-").lower(), value


def _body(environ: WSGIEnvironment) -> bytes:
    """The body, never more than we read: what the sender says of its length is not believed."""
    said = _length(environ.get("CONTENT_LENGTH") or "")
    if said is not None and said > MOST_POSTED:
        raise _TooLarge(cause=f"{said} bytes")
    is_ended = environ.get("wsgi.input_terminated", False)  # the server ends the stream, also a chunked one
    body: bytes = environ["wsgi.input"].read(MOST_POSTED + 1 if is_ended else said or 0)
    if len(body) > MOST_POSTED:
        raise _TooLarge(cause="more than 256 kB")
    if said is not None and len(body) < said:
        raise InvalidInput(N_("This message cannot be read."), cause="broken off", kind="unreadable")
    return body


def _length(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdigit() and len(text) < 20 else None
