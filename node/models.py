"""All tables of a node, imported in one place so that the metadata is complete."""

import directory.records  # noqa: F401
