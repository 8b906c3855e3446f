"""What we write to an initiative when somebody claims its entry: in Dutch, for nobody knows who reads it."""

from __future__ import annotations

from sqlalchemy.orm import Session

from directory.replica.owners import name_of, places_of
from federation.actors.identities import base_url
from federation.fetching.origins import authority_of
from federation.settings import Settings
from node.communities.models import find_community
from node.listing_claims.models import ListingClaim
from node.listings.models import Listing
from node.mail.service import write


def send_mail(
    session: Session, settings: Settings, claim: ListingClaim, listing: Listing, address: str, secret: str
) -> None:
    """Ask at the listed address. Raises InvalidInput for an address that no mail can go to."""
    community = find_community(session)
    telephone = community.telephone if community else ""
    claimant = " ".join(name_of(session, claim.claimant_uri).split())
    places = ", ".join(places_of(session, claim.claimant_uri)[:3])
    entry = " ".join(listing.name.split())
    lines = [
        "Dag,",
        "",
        f"In onze gids staat {entry}. {claimant}{f' ({places})' if places else ''} zegt: dat zijn wij.",
        "Zij hebben een eigen plek in het netwerk en willen de vermelding zelf bijhouden.",
        f"Hun adres is {authority_of(claim.claimant_uri)}.",
        "",
        "Klopt dat? Open deze link en druk op ‘Ja, dat zijn wij’:",
        f"{base_url(session)}/overname/{secret}",
        "",
        "Klopt het niet, of kent u hen niet? Zeg dat dan daar. Dan verandert er niets.",
        "De link werkt dertig dagen. U hoeft niet in te loggen.",
        "",
        *([f"Liever bellen? {telephone}", ""] if telephone else []),
        "Hartelijke groet,",
        community.name if community else "de gids",
    ]
    subject = f"Is dit uw initiatief? {entry}"[:150]
    write(session, settings, address, subject, "\n".join(lines) + "\n")
