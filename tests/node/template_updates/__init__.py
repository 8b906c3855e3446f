"""Tests of node/template_updates."""
