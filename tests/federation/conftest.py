"""A set-up node, and a foreign actor that it knows."""

from __future__ import annotations

import shutil
from collections.abc import Iterator

import pytest

from federation.actors.identities import create_identity
from federation.actors.keys import create_keys
from federation.actors.remote_actors import remember_actor
from federation.relations.standing import set_rule
from federation.settings import Settings
from tests.federation.remote import ALICE, Server, actor_of, key_pair, serving

BASE = "http://127.0.0.1:8101"


@pytest.fixture(scope="session")
def made_keys(tmp_path_factory):
    """The key files of a node, made once: making RSA keys takes a while."""
    made = Settings(data_dir=tmp_path_factory.mktemp("keys"))
    for username in ("server", "dorp", "hub"):
        create_keys(made, username)
    return made.secrets_dir


@pytest.fixture
def village(session, settings, made_keys):
    """A cooperative and its server, at BASE."""
    shutil.copytree(made_keys, settings.secrets_dir)
    create_identity(session, settings, role="server", username="server", name="Server", base_url=BASE)
    identity = create_identity(
        session, settings, role="cooperative", username="dorp", name="Dorp", base_url=BASE, summary="Samen."
    )
    session.commit()
    return identity


@pytest.fixture
def alice(session, village):
    """A foreign actor with a cached key, allowed to send us anything."""
    actor = remember_actor(session, actor_of(ALICE, key_pair()))
    set_rule(session, ALICE, "allow", reason="", by="test")
    session.commit()
    return actor


@pytest.fixture
def remote() -> Iterator[Server]:
    """Another server on loopback."""
    with serving() as server:
        yield server
