"""Ons dorp: what this community tells of itself, and publishing it."""

from __future__ import annotations

from flask import Blueprint

bp = Blueprint("profile", __name__, template_folder="templates")
