"""Hostile input, made by Hypothesis."""
