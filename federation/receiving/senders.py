"""What this node knows of a sender, by one statement, asked anew for every message.

It says yes to those whom a few rows settle: our rules about the sender, its follows, its keys. Whoever
is not settled by them is judged by the longer way (`check_may_send`, `verify_request`), which alone
says no. Nothing is remembered between two messages: who is suspended now is refused now, in every process.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from sqlalchemy import Dialect, String, bindparam, case, func, literal_column, select, true
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from federation.actors.identities import Identity
from federation.actors.remote_actors import RemoteActor
from federation.database import UtcDateTime, now
from federation.fetching.origins import origin_of
from federation.relations.followers import Follow
from federation.relations.standing import (
    DEFAULT_MODE,
    MOST_TARGETS,
    FederationPolicy,
    PeerRule,
    Rule,
    Standing,
    may_send,
    targets_of,
    weigh,
    word_of,
)
from schemas.errors import NotReady


@dataclass(frozen=True)
class Sender:
    """An actor that says to have sent us something, as far as one statement can tell."""

    base_url: str
    """Our own address."""
    standing: Standing
    """Without those who vouch for it."""
    mode: str
    is_known: bool
    """Whether we have its document."""
    keys: dict[str, tuple[str, str]]
    """Keys that it lists as its own, as `actor_documents.keys_in` gives them; the first of each kind."""

    @property
    def may_send(self) -> bool:
        """True when this alone allows it everything; when False, ask `check_may_send`."""
        return may_send(self.standing, self.mode)


def look_up(session: Session, actor_uri: str) -> Sender:
    """What we know of a sender now. NotReady before this node has an address."""
    values = {"actor": actor_uri, "now": now(), **_NO_TARGETS}
    values.update(zip(_TARGETS, targets_of(actor_uri), strict=False))
    server, mode, is_known, rsa_id, pem, ed25519_id, multibase, rules, follows = _ask(session, values)
    if server is None:
        raise NotReady(cause="this node has no address yet")
    return Sender(
        base_url=origin_of(server),
        standing=weigh(_rules_in(rules), _follows_in(follows), lambda: False),
        mode=mode or DEFAULT_MODE,
        is_known=is_known is not None,
        keys={
            **({rsa_id: ("rsa", pem)} if rsa_id and pem else {}),
            **({ed25519_id: ("ed25519", multibase)} if ed25519_id and multibase else {}),
        },
    )


def _ask(session: Session, values: dict[str, Any]) -> Any:
    """The one row of the answer, by the driver itself, which takes a tenth of the time."""
    connection = session.connection()
    question, arrange = _for_driver(connection.dialect)
    cursor = connection.connection.cursor()
    try:
        cursor.execute(question, arrange(values))
        return cursor.fetchone()
    except connection.dialect.loaded_dbapi.Error as error:
        raise DBAPIError.instance(question, None, error, connection.dialect.loaded_dbapi.Error) from error
    finally:
        cursor.close()


@lru_cache(maxsize=8)
def _for_driver(dialect: Dialect) -> tuple[str, Callable[[dict[str, Any]], Any]]:
    """The statement as the driver takes it, and what arranges the values for it."""
    compiled = _ABOUT_A_SENDER.compile(dialect=dialect)
    process: Any = UtcDateTime().dialect_impl(dialect).bind_processor(dialect) or (lambda value: value)
    fixed, order = compiled.params, getattr(compiled, "positiontup", None)

    def arrange(values: dict[str, Any]) -> Any:
        ready = {**fixed, **values, "now": process(values["now"])}
        return tuple(ready[name] for name in order) if order else ready

    return str(compiled), arrange


def _rules_in(text: str | None) -> list[tuple[Rule, bool]]:
    """The rules in force: each a word, whether it is over, and whether it lies over an 'allow'."""
    found = [rule.split(":") for rule in (text or "").split()]
    return [(word_of(word, is_over=over == "1"), over_allow == "1") for word, over, over_allow in found]


def _follows_in(text: str | None) -> set[tuple[str, str]]:
    pairs = (follow.split(":", 1) for follow in (text or "").split())
    return {(direction, state) for direction, state in pairs}


_SPACE: Any = literal_column("' '")


def _one(column: Any, *conditions: Any) -> Any:
    return select(column).where(*conditions).scalar_subquery()


def _all(*parts: Any) -> Any:
    """Several rows as one text: parts joined by colons, rows by spaces."""
    text = parts[0]
    for part in parts[1:]:
        text = text + ":" + part
    return func.aggregate_strings(text, _SPACE)


def _flag(condition: Any) -> Any:
    return case((condition, "1"), else_="0")


_ACTOR, _NOW = bindparam("actor", type_=String), bindparam("now", type_=UtcDateTime)
_TARGETS = tuple(f"target_{at}" for at in range(MOST_TARGETS))
_NO_TARGETS = dict.fromkeys(_TARGETS, "")
_IS_ABOUT = PeerRule.target.in_([bindparam(name, type_=String) for name in _TARGETS])
_IS_OVER = PeerRule.until.is_not(None) & (PeerRule.until <= _NOW)
_known = (
    select(
        RemoteActor.uri,
        RemoteActor.rsa_key_id,
        RemoteActor.rsa_pem,
        RemoteActor.ed25519_key_id,
        RemoteActor.ed25519_multibase,
    )
    .where(RemoteActor.uri == _ACTOR)
    .subquery()
)
_ABOUT_A_SENDER = select(
    _one(Identity.actor_uri, Identity.role == "server"),
    _one(FederationPolicy.mode, FederationPolicy.id == 1),
    *_known.c,
    _one(
        _all(PeerRule.rule, _flag(_IS_OVER), _flag(PeerRule.over_allow)),
        _IS_ABOUT,
        ~_IS_OVER | PeerRule.over_allow,
    ),
    _one(_all(Follow.direction, Follow.state), Follow.remote_uri == _ACTOR),
).select_from(select(literal_column("1").label("one")).subquery().outerjoin(_known, true()))
