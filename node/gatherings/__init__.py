"""Gatherings: what there is to do in the village."""
