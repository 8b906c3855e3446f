"""A village and a hub in browsers, and villages for the services."""

from tests.node.listings.sites import hub_site
from tests.node.village_pages import site
from tests.node.villages import neighbour, village

__all__ = ["hub_site", "neighbour", "site", "village"]
