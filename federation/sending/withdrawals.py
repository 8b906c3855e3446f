"""What our earlier messages said of something that was changed or withdrawn: kept nowhere, sent no more."""

from __future__ import annotations

from collections.abc import Callable, Collection

from sqlalchemy import ColumnElement, Select, delete, exists, or_, select, update
from sqlalchemy.orm import Session, aliased

from federation.sending.delivery import Delivery
from federation.sending.published import PublishedActivity, PublishedObject
from schemas.activities import RECORD_ACTIVITIES, outline
from schemas.published import Document

IS_WHOLE = PublishedActivity.document[("proof", "type")].as_string().is_not(None)
"""Of an activity that still says what it said: the outline of one has no proof."""
PROVEN_BY = PublishedActivity.document[("proof", "verificationMethod")].as_string()
"""What an actor says with its old key announces its new one: who missed that believes nothing later."""


def supersede(
    session: Session, latest: PublishedActivity, create_anew: Callable[[], PublishedActivity]
) -> None:
    """Leave of earlier messages about a record that they were sent, and when; not what they said.

    They are gone from the outbox and from their own addresses. What was still to be brought says what
    stands now, in the place it had: nothing at all after a Delete; a Create that never came is made
    anew, because other software takes no Update of what it does not have; of earlier Updates the last
    one is enough.
    """
    earlier = list(session.scalars(_earlier(latest)))
    if not earlier:
        return
    session.flush()
    waiting = (Delivery.activity_uri.in_([activity.uri for activity in earlier]), Delivery.state != "done")
    in_order = select(Delivery.id).where(*waiting).order_by(Delivery.id)
    if session.scalars(in_order.with_for_update()).all():
        if latest.type == "Delete":
            session.execute(delete(Delivery).where(*waiting))
        else:
            _bring_what_stands(session, earlier, latest, create_anew)
    for activity in earlier:
        forget_content(activity)


def forget_content(activity: PublishedActivity) -> None:
    """Keep the outline of an activity, which is shown to nobody else."""
    activity.document, activity.is_public = outline(activity.document), False


def forget_replaced(session: Session, most: int = 500) -> int:
    """For the sweep: forget what was replaced before an upgrade, as far as it does not wait; how many."""
    later = aliased(PublishedActivity)
    is_replaced = exists().where(
        later.object_uri == PublishedActivity.object_uri,
        later.created_at > PublishedActivity.created_at,
        later.type.in_(RECORD_ACTIVITIES),
        later.is_public,
    )
    waits = exists().where(Delivery.activity_uri == PublishedActivity.uri, Delivery.state != "done")
    old = (PublishedActivity.type.in_(("Create", "Update")), IS_WHOLE, is_replaced, ~waits)
    activities = session.scalars(select(PublishedActivity).where(*old).limit(most)).all()
    for activity in activities:
        forget_content(activity)
    return len(activities)


def forget_old_offers(session: Session) -> None:
    """For the sweep: what an offer carried is in it until it has arrived, or until that says something else.

    The other side refuses an offer of what is not the newest version of its owner any more.
    """
    offered = PublishedActivity.document[("object", "document", "id")].as_string()
    offers = select(PublishedActivity).where(PublishedActivity.type == "Offer", IS_WHOLE)
    for activity in session.scalars(offers.where(offered.is_not(None))).all():
        waiting = (Delivery.activity_uri == activity.uri, Delivery.state.in_(("due", "gave_up")))
        if not _stands(session, activity.document["object"]["document"]):
            session.execute(delete(Delivery).where(*waiting))
        elif session.scalar(select(Delivery.id).where(*waiting).limit(1)) is not None:
            continue
        forget_content(activity)


def _stands(session: Session, document: Document) -> bool:
    """Whether a record of ours still says this."""
    known = session.get(PublishedObject, document["id"])
    return known is not None and known.document.get("updated") == document.get("updated")


def _earlier(latest: PublishedActivity) -> Select[PublishedActivity]:
    return select(PublishedActivity).where(
        PublishedActivity.object_uri == latest.object_uri,
        PublishedActivity.type.in_(("Create", "Update")),
        PublishedActivity.uri != latest.uri,
        IS_WHOLE,
        or_(PublishedActivity.object_uri != latest.document["actor"], _proven_by(latest) == PROVEN_BY),
    )


def _proven_by(activity: PublishedActivity) -> str:
    return str(activity.document["proof"]["verificationMethod"])


def _bring_what_stands(
    session: Session,
    earlier: Collection[PublishedActivity],
    latest: PublishedActivity,
    create_anew: Callable[[], PublishedActivity],
) -> None:
    updates, creates = _waiting(earlier, "Update"), _waiting(earlier, "Create")
    twice = (Delivery.state != "discarded", _goes_to_one_of(latest))
    session.execute(delete(Delivery).where(*updates, *twice))
    session.execute(update(Delivery).where(*updates).values(activity_uri=latest.uri))
    if session.scalar(select(Delivery.id).where(*creates).limit(1)) is not None:
        created = create_anew()
        session.flush()
        session.execute(update(Delivery).where(*creates).values(activity_uri=created.uri))


def _waiting(earlier: Collection[PublishedActivity], kind: str) -> tuple[ColumnElement[bool], ...]:
    uris = [activity.uri for activity in earlier if activity.type == kind]
    return Delivery.activity_uri.in_(uris), Delivery.state != "done"


def _goes_to_one_of(latest: PublishedActivity) -> ColumnElement[bool]:
    """Whether a delivery goes where the latest activity goes as well."""
    same = aliased(Delivery)
    reached = select(same.inbox).where(same.activity_uri == latest.uri, same.inbox != "")
    asked = select(same.recipient_uri).where(same.activity_uri == latest.uri, same.recipient_uri.is_not(None))
    return or_(Delivery.inbox.in_(reached), Delivery.recipient_uri.in_(asked))
