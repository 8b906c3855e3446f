"""A site with a neighbour whose records it shows."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from directory.replica.publishing import publish_record
from federation import runtime as runtime_module
from federation.actors.identities import actor_document, get_identity
from federation.actors.remote_actors import remember_actor
from federation.relations.followers import Follow
from federation.relations.members import add_member
from tests.node.village_pages import Site, site  # noqa: F401
from tests.node.villages import Village, neighbour  # noqa: F401
from tests.records import entry, template

HUB = "https://hub.example/actors/land"


@dataclass
class Shown:
    """The neighbour, and the addresses of what it published."""

    village: Village
    actor_uri: str
    entry_uri: str
    template_uri: str


@pytest.fixture
def shown(site, neighbour) -> Shown:  # noqa: F811
    """The neighbour is a fellow member; its entry and its format are shown."""
    made = []
    for document in (entry("Eetgroep Elsendorp"), template("Elsendorp Eet")):
        activity = publish_record(
            neighbour.session, neighbour.settings, neighbour.cooperative, "Create", document
        )
        made.append(activity)
    neighbour.session.commit()
    with site.runtime.database.session() as session:
        hub = {
            **actor_document(neighbour.session, neighbour.settings, neighbour.cooperative),
            "id": HUB,
            "name": "Landelijk Netwerk",
            "preferredUsername": "land",
            "inbox": f"{HUB}/inbox",
            "endpoints": {"sharedInbox": "https://hub.example/inbox"},
            "members": f"{HUB}/members",
            "feed": "https://hub.example/directory/feed",
        }
        hub.pop("proof", None)
        hub = {**hub, **_keys_for(hub)}
        remember_actor(session, hub)
        ours = site.village(session)
        for activity in made:
            ours.hears(neighbour, activity)
        remote = remember_actor(
            session, actor_document(neighbour.session, neighbour.settings, neighbour.cooperative)
        )
        add_member(session, HUB, remote)
        session.add(
            Follow(
                identity_id=get_identity(session, "cooperative").id,
                remote_uri=HUB,
                direction="out",
                state="accepted",
                activity_uri=f"{HUB}/1",
            )
        )
        session.commit()
    uris = [activity["object"]["id"] for activity in made]
    return Shown(neighbour, neighbour.cooperative.actor_uri, uris[0], uris[1])


def _keys_for(hub):
    """The keys of the neighbour under the name of the hub: enough for a document that is only read."""
    text = {"publicKey": {**hub["publicKey"], "id": f"{HUB}#main-key", "owner": HUB}}
    keys = [{**each, "id": f"{HUB}#ed25519-key", "controller": HUB} for each in hub["assertionMethod"]]
    return {**text, "assertionMethod": keys}


def work(site, job: str = "apply") -> None:  # noqa: F811
    """Do what the worker would."""
    import directory.standing_jobs as jobs

    runtime_module.install(site.runtime)
    getattr(jobs, job)()
