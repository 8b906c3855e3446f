"""Every inbox listener of a node, registered by being imported; a type claimed twice fails here."""

import directory.inbox  # noqa: F401
import federation.actors_inbox
import federation.follows_inbox  # noqa: F401
