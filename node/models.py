"""All tables of a node, imported in one place so that the metadata is complete."""

import directory.relaying.catch_up
import directory.relaying.feed
import directory.relaying.relay
import directory.replica.entries
import directory.replica.figures
import directory.replica.records
import directory.replica.templates
import directory.search.index
import directory.search.vocabulary
import federation.actors.identities
import federation.actors.remote_actors
import federation.fetching.failed_fetches
import federation.receiving.inbox
import federation.relations.follows
import federation.relations.members
import federation.relations.peers
import federation.relations.standing
import federation.sending.delivery
import federation.sending.outbox
import node.accounts.models
import node.activity_templates.models
import node.claims.models
import node.communities.models
import node.gatherings.models
import node.network.models
import node.outcomes.models
