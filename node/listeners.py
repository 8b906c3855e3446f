"""Every inbox listener of a node, registered by being imported; a type claimed twice fails here."""

import directory.inbox  # noqa: F401
import federation.receiving.actors_inbox
import federation.receiving.follows_inbox
import federation.receiving.moves_inbox  # noqa: F401
import node.listing_claims.inbox
import node.standing.inbox
import node.template_offers.inbox  # noqa: F401
