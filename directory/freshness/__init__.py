"""Freshness: how surely an entry is still right, and who should be asked."""
