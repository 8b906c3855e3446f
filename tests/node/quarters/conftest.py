"""The villages of these tests."""

from tests.node.village_pages import site
from tests.node.villages import village

__all__ = ["site", "village"]
