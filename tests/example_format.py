"""The format of the example village, as tests publish and copy it."""

from node.starter_library.starters import get_starter

AUSTERLITZ_EET = get_starter("eet").content_in("Austerlitz")
