"""Tests of node/surveys."""
