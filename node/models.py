"""All tables of a node, imported in one place so that the metadata is complete."""

import directory.catch_up
import directory.entries
import directory.feed
import directory.figures
import directory.records
import directory.relay
import directory.search_index
import directory.templates
import directory.vocabulary
import federation.delivery
import federation.failed_fetches
import federation.follows
import federation.identities
import federation.inbox
import federation.members
import federation.outbox
import federation.peers
import federation.remote_actors
import node.accounts.models
import node.activity_templates.models
import node.claims.models
import node.communities.models
import node.gatherings.models
import node.network.models
import node.outcomes.models
