"""A hub in this process, and in browsers."""

from tests.node.listings.conftest import hub, hub_site

__all__ = ["hub", "hub_site"]
