"""Tests of the starter library."""
