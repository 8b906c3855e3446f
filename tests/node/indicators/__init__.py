"""Tests of node/indicators."""
