"""The villages of these tests."""

from tests.node.villages import neighbour, village

__all__ = ["neighbour", "village"]
