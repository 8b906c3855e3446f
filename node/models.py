"""All tables of a node, imported in one place so that the metadata is complete."""

import directory.records  # noqa: F401
import node.activity_templates.models
import node.claims.models
import node.gatherings.models
import node.outcomes.models  # noqa: F401
