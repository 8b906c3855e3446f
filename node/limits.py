"""How often somebody may try: counted in Valkey, in memory while Valkey is down."""

from __future__ import annotations

import hmac
import secrets

from flask import Flask, request
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address

from federation.settings import Settings

SIGN_IN = "10 per minute; 60 per hour"
"""Attempts at a password, code or one-time link, per address."""

SIGN_IN_PER_EMAIL = "10 per 15 minutes"
"""Attempts at one account, from whatever address."""

API = "300 per minute"
"""Calls of the API, per address."""

WHOLE_FILES = "30 per minute"
"""Files with a whole selection of the directory, in whatever form, per address."""

ANSWERING = "300 per minute"
"""Steps through the questions of surveys by one sender: a quarter of what all may take together, and enough
for a hall full of people behind one address."""

_SENDER_KEY = secrets.token_bytes(32)
"""Of this process alone: it is neither kept nor logged, so what it made leads back to no address."""

limiter = Limiter(
    get_remote_address,
    in_memory_fallback_enabled=True,
    swallow_errors=True,
    headers_enabled=False,
    key_prefix="omzien:limit",
)
"""``swallow_errors`` sees to it that a Valkey that fails in the middle gives an answer, not a 500."""


whole_files = limiter.shared_limit(WHOLE_FILES, scope="whole files")
"""What may write out the whole directory counts together, page and API."""


def init_app(app: Flask, settings: Settings) -> None:
    """Count in the node's own Valkey."""
    url = settings.resolved_redis_url
    app.config["RATELIMIT_STORAGE_URI"] = f"redis+{url}" if url.startswith("unix://") else url
    app.config["RATELIMIT_STORAGE_OPTIONS"] = {"socket_connect_timeout": 1, "socket_timeout": 2}
    app.config["RATELIMIT_STRATEGY"] = "moving-window"
    limiter.init_app(app)


def unnamed_sender() -> str:
    """Who asks, as a mark that is no address and means nothing when this process is gone."""
    return "sender:" + hmac.digest(_SENDER_KEY, get_remote_address().encode(), "sha256").hex()


def account_tried() -> str:
    """The account that a sign-in form names, as the key of its own limit."""
    return "account:" + request.form.get("email", "").strip().casefold()[:255]
