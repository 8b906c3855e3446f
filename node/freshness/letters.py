"""What we write to initiatives: in Dutch, because nobody knows the reader's language."""

from __future__ import annotations

from sqlalchemy.orm import Session

from directory.replica.entries import Entry
from federation.actors.identities import base_url
from node.communities.models import find_community


def mail_text(session: Session, entry: Entry, link: str) -> tuple[str, str]:
    """Subject and body of the question whether an entry is still right."""
    community = find_community(session)
    name = community.name if community else "de gids"
    telephone = community.telephone if community else ""
    name_in_line = " ".join(entry.name.split())
    lines = [
        "Dag,",
        "",
        f"In onze gids staat {name_in_line}. Klopt dat nog?",
        "",
        "Kijk het na en klik op ‘Ja, alles klopt’. Dat is alles:",
        link,
        "",
        "Is er iets veranderd, bent u gestopt of wilt u geen berichten meer? Dan kunt u dat daar ook zeggen.",
        "U hoeft niet in te loggen.",
        "",
        f"Zo staat u nu in de gids: {base_url(session)}/gids/{entry.key}",
        "",
        *([f"Liever bellen? {telephone}", ""] if telephone else []),
        "Hartelijke groet,",
        name,
    ]
    return f"Klopt uw vermelding nog? {name_in_line}"[:150], "\n".join(lines) + "\n"
