"""Tests of node/gatherings."""
