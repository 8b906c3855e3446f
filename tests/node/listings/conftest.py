"""A hub in this process, and in browsers."""

from __future__ import annotations

import pytest

from federation.runtime import Runtime
from federation.settings import Settings
from node.communities.models import Community
from tests.node.listings.sites import hub_site
from tests.node.signing_in import set_up_village

__all__ = ["hub", "hub_site"]


@pytest.fixture
def hub(settings: Settings, runtime: Runtime) -> Community:
    """The village of Austerlitz, which is a hub too."""
    return set_up_village(settings, runtime, is_hub=True)
