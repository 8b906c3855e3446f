"""The guide: all initiatives of the network, found, mapped and exported from this node's own replica."""
