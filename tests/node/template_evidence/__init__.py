"""Tests of node/template_evidence."""
