"""Tests of node/stories."""
