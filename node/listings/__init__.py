"""Entries of initiatives without a node of their own, kept by a hub: their content, history and review."""
