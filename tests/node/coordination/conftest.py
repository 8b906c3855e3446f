"""A hub with a coordinator."""

from tests.node.duplicates.conftest import site
from tests.node.listings.conftest import hub

__all__ = ["hub", "site"]
