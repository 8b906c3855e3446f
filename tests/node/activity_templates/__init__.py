"""Tests of node/activity_templates."""
