"""The shared vocabulary: marshmallow schemas, JSON-LD context, taxonomies and indicators.

Pure: no Flask, no SQLAlchemy, no network.
"""
