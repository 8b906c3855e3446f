"""Villages with a node that take over the entry which a hub keeps about them, with proof."""
