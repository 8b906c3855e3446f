"""The community of this node: set-up, profile and what it shows of itself."""
