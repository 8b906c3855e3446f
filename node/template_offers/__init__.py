"""Offering a change back to the origin of a copy, and deciding about what copies offer."""
