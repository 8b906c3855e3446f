"""The villages of these tests."""

from tests.node.national_figures.many import telling
from tests.node.village_pages import site
from tests.node.villages import neighbour, village

__all__ = ["neighbour", "site", "telling", "village"]
