"""A hub with a coordinator and a team, in browsers."""

from __future__ import annotations

import pytest

from federation.runtime import Runtime
from federation.settings import Settings
from node.accounts.roles import Role
from node.app import create_app
from tests.node.signing_in import add_account, set_up_village
from tests.node.village_pages import Site


@pytest.fixture
def hub_site(settings: Settings, runtime: Runtime) -> Site:
    """Austerlitz as a hub."""
    set_up_village(settings, runtime, is_hub=True)
    with runtime.database.session() as session:
        for role in (Role.COORDINATOR, Role.SUPPORTER, Role.MEMBER):
            add_account(session, settings, role)
        session.commit()
    return Site(create_app(settings, runtime), runtime, settings)
