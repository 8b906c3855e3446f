"""Tests of node/outcomes."""
