"""What our own earlier messages said of something that was withdrawn: kept nowhere, sent no more."""

from __future__ import annotations

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from federation.sending.delivery import Delivery
from federation.sending.outbox import PublishedActivity


def forget_content(session: Session, object_uri: str) -> None:
    """Leave of earlier messages about an object that they were sent, and when; not what they said.

    They are gone from the outbox and from their own addresses. What was still to be brought is not
    brought any more: the Delete alone says enough.
    """
    earlier = select(PublishedActivity).where(
        PublishedActivity.object_uri == object_uri, PublishedActivity.type.in_(("Create", "Update"))
    )
    activities = session.scalars(earlier).all()
    uris = [activity.uri for activity in activities]
    session.execute(delete(Delivery).where(Delivery.activity_uri.in_(uris), Delivery.state != "done"))
    for activity in activities:
        carried = dict(activity.document.get("object") or {})
        kept = {name: carried[name] for name in ("id", "type", "recordType") if name in carried}
        without_proof = {name: value for name, value in activity.document.items() if name != "proof"}
        activity.document, activity.is_public = {**without_proof, "object": kept}, False
