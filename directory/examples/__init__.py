"""Invented initiatives on real places, for the demo; marked as such wherever they go."""
