"""Reuse of the public directory: downloads, feeds, pieces for other sites, and the terms."""
