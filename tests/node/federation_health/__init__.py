"""Tests of node/federation_health."""
