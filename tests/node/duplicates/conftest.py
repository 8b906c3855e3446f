"""A hub with a coordinator, in browsers and through the API."""

from __future__ import annotations

import pytest

from node.accounts.roles import Role
from node.app import create_app
from tests.node.listings.conftest import hub
from tests.node.signing_in import add_account, set_up_village
from tests.node.village_pages import Site

__all__ = ["hub"]


@pytest.fixture
def site(settings, runtime):
    """A hub with a coordinator, and a member who may do nothing there."""
    set_up_village(settings, runtime, is_hub=True)
    with runtime.database.session() as session:
        for role in (Role.COORDINATOR, Role.MEMBER):
            add_account(session, settings, role)
        session.commit()
    return Site(create_app(settings, runtime), runtime, settings)
