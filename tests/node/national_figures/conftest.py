"""A node whose replica holds what many villages released."""

from tests.node.national_figures.many import site, telling
from tests.node.villages import neighbour, village

__all__ = ["neighbour", "site", "telling", "village"]
