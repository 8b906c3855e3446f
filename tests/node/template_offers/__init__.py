"""Tests of node/template_offers."""
