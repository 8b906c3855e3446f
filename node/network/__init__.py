"""The network: joining hubs, letting villages join, and what leaves this node."""
