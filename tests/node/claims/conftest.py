"""The village of these tests."""

from tests.node.village_pages import site

__all__ = ["site"]
