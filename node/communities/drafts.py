"""The draft of the set-up: each step checks its answer and keeps it, until all are there.

The draft is a row, so a restart in the middle loses nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy.orm import Session

from directory.geography.places import Place, find_places, place, resolve_place
from federation.actors.identities import check_base_url
from federation.database import now
from federation.settings import Settings
from node.accounts.secret_keys import one_time_codes
from node.accounts.service import check_person, hash_checked
from node.communities.models import Community, SetUpDraft
from node.communities.service import SetUp, check_name, set_up
from schemas.errors import Conflict, InvalidInput, NotFound
from schemas.messages import N_
from schemas.numbers import read_digits

STEPS = ("community", "address", "roles", "administrator", "codes", "hub")
"""The steps after the set-up code, in order; each is done when the draft has its name."""


@dataclass(frozen=True)
class Choices:
    """Places that could be meant; the person points one out."""

    query: str
    places: list[Place]


def answers_of(session: Session) -> dict[str, Any]:
    """What was filled in so far."""
    draft = session.get(SetUpDraft, 1)
    return dict(draft.answers) if draft else {}


def keep(session: Session, **answers: Any) -> None:
    """Add answers to the draft."""
    draft = session.get(SetUpDraft, 1)
    if draft is None:
        draft = SetUpDraft(id=1, answers={})
        session.add(draft)
    draft.answers = {**draft.answers, **answers}
    draft.updated_at = now()
    session.flush()


def next_step(answers: dict[str, Any]) -> str | None:
    """The first step that is not done, or None when all are."""
    done = set(answers.get("done", ()))
    return next((step for step in STEPS if step not in done and not _is_skipped(step, answers)), None)


def _is_skipped(step: str, answers: dict[str, Any]) -> bool:
    if step == "codes":
        return answers.get("second_factor") == "passkey"
    return step == "hub" and "roles" in answers.get("done", ()) and not answers.get("is_village")


def finish(session: Session, step: str, **answers: Any) -> None:
    """Keep the answers of a step and mark it done."""
    done = answers_of(session).get("done", [])
    keep(session, **answers, done=[*done, step] if step not in done else done)


def save_community(
    session: Session, *, name: str, telephone: str, place_text: str, place_id: str
) -> Choices | None:
    """Name and place. Returns the places to choose from when the text could mean several.

    Raises InvalidInput with ``fields`` for a name that is missing or a place that does not exist.
    """
    keep(session, name=name.strip(), telephone=telephone.strip()[:30], place_text=place_text.strip()[:100])
    name = check_name(name)
    where = _pointed_out(place_id) or _named(place_text)
    if isinstance(where, Choices):
        return where
    finish(session, "community", name=name, place_id=where.place_id, place_text=where.label)
    return None


def _pointed_out(place_id: str) -> Place | None:
    number = read_digits(place_id)
    try:
        return None if number is None else place(number)
    except NotFound:
        return None


def _named(text: str) -> Place | Choices:
    if not text.strip():
        raise InvalidInput(fields={"place_text": [N_("Please fill this in.")]})
    try:
        return resolve_place(text)
    except InvalidInput as error:
        alike = find_places(text, limit=8)
        if alike:
            return Choices(text.strip(), alike)
        raise InvalidInput(fields={"place_text": [error]}) from None


def save_address(session: Session, settings: Settings, address: str) -> None:
    """The node's own address in the world. Raises InvalidInput with ``fields``."""
    keep(session, base_url=address.strip()[:300])
    try:
        base = check_base_url(settings, address)
    except InvalidInput as error:
        raise InvalidInput(fields={"base_url": [error]}) from None
    finish(session, "address", base_url=base)


def save_roles(session: Session, *, is_village: bool, is_hub: bool) -> None:
    """What this node is. Raises InvalidInput with ``fields``."""
    if not (is_village or is_hub):
        raise InvalidInput(fields={"roles": [N_("Choose at least one.")]})
    finish(session, "roles", is_village=is_village, is_hub=is_hub)


def save_administrator(
    session: Session, *, name: str, email: str, password: str, again: str, factor: str
) -> None:
    """Who begins. Only the hash of the password is kept. Raises InvalidInput with ``fields``."""
    second_factor = "passkey" if factor == "passkey" else "codes"
    keep(session, admin_name=name.strip()[:200], admin_email=email.strip()[:255], second_factor=second_factor)
    check_person(" ".join(name.split()), email.strip())
    finish(session, "administrator", password_hash=hash_checked(password, again))


def totp_of_draft(session: Session, settings: Settings) -> str:
    """The secret for the authenticator app, encrypted; made once, so that a reload keeps the picture."""
    secret: str | None = answers_of(session).get("totp_secret")
    if secret is None:
        secret = one_time_codes(settings).generate_totp_secret()
        keep(session, totp_secret=secret)
    return secret


def save_codes(session: Session, settings: Settings, code: str) -> None:
    """The first code of the app. Raises InvalidInput with ``fields`` when it is not right."""
    secret = totp_of_draft(session, settings)
    token = "".join(letter for letter in code if letter.isdigit())
    if not one_time_codes(settings).is_right(token, secret):
        message = N_("This code is not right. Wait for the next one and check the clock of your telephone.")
        raise InvalidInput(fields={"code": [message]})
    finish(session, "codes")


def complete(session: Session, settings: Settings) -> Community:
    """Set the node up with the answers of the draft. Raises Conflict when one is missing."""
    answers = answers_of(session)
    if next_step(answers) is not None:
        raise Conflict(N_("The set-up is not complete yet."))
    return set_up(
        session,
        settings,
        SetUp(
            name=answers["name"],
            place_id=answers["place_id"],
            base_url=answers["base_url"],
            is_village=answers["is_village"],
            is_hub=answers["is_hub"],
            admin_name=answers["admin_name"],
            admin_email=answers["admin_email"],
            password_hash=answers["password_hash"],
            totp_secret=answers.get("totp_secret") if answers["second_factor"] == "codes" else None,
            telephone=answers.get("telephone", ""),
        ),
    )
