"""The messages about an offer, as they travel."""

from __future__ import annotations

from sqlalchemy.orm import Session

from federation.actors.identities import get_identity
from federation.sending.outbox import publish
from federation.settings import Settings
from node.template_offers.models import OUT, TemplateOffer
from schemas.errors import InvalidInput
from schemas.messages import N_
from schemas.objects import Document
from schemas.personal_data import LEAVES_THE_NODE, signs_in
from schemas.template_offers import MOST_NOTE


def say(session: Session, settings: Settings, word: str, offer: TemplateOffer, more: Document) -> None:
    """Send a word about an offer to the other side: 'Offer', 'Undo', 'Accept' or 'Reject'."""
    own = get_identity(session, "cooperative")
    told = {
        "id": offer.uri,
        "type": "TemplateOffer",
        "actor": own.actor_uri if offer.direction == OUT else offer.peer_uri,
        "template": offer.origin_uri,
        "variant": offer.variant_uri,
    }
    told |= {name: value for name, value in more.items() if value}
    publish(session, settings, own, word, told, also_to=[offer.peer_uri], public=False)


def read_note(text: str, field: str) -> str:
    """A word that goes along. InvalidInput when it is too long or looks like personal data."""
    note = text.replace("\r\n", "\n").strip()
    if len(note) > MOST_NOTE:
        raise InvalidInput(fields={field: [N_("Use at most 500 characters.")]})
    if found := [LEAVES_THE_NODE[code] for code in signs_in(note)]:
        raise InvalidInput(fields={field: found[:1]})
    return note
