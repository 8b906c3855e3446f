"""The headers of every answer: what a browser may load, where it may be framed, what it tells."""

from __future__ import annotations

from flask import Flask, Response, g, request
from flask.sessions import SecureCookieSessionInterface

CONTENT_SECURITY_POLICY = "; ".join(
    (
        "default-src 'self'",
        "img-src 'self' data:",
        "object-src 'none'",
        "base-uri 'self'",
        "form-action 'self'",
        "frame-ancestors 'none'",
    )
)
"""No inline script or style, nothing from elsewhere: what a page needs is on this node."""

HEADERS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=()",
}


def allow_framing() -> None:
    """Let any site show the page of this request in a frame: it has no session and changes nothing."""
    g.omzien_framable = True


def allow_images(origin: str) -> None:
    """Let the page of this request show images of one other origin."""
    g.omzien_images = origin


class CookieSession(SecureCookieSessionInterface):
    """Session cookies that are Secure exactly when the visitor came by https."""

    def get_cookie_secure(self, app: Flask) -> bool:
        """True by https, or when the node's own address is https behind a proxy."""
        return request.is_secure or bool(app.config["SESSION_COOKIE_SECURE"])


def init_app(app: Flask) -> None:
    """Send the headers with every answer."""
    app.session_interface = CookieSession()
    app.after_request(_add_headers)


def _headers() -> dict[str, str]:
    """The headers of this answer, with what its page asked for."""
    headers = dict(HEADERS)
    if origin := g.get("omzien_images"):
        headers["Content-Security-Policy"] = CONTENT_SECURITY_POLICY.replace("data:", f"data: {origin}")
    if g.get("omzien_framable"):
        policy = headers["Content-Security-Policy"]
        headers["Content-Security-Policy"] = policy.replace("frame-ancestors 'none'", "frame-ancestors *")
        del headers["X-Frame-Options"]
    return headers


def _add_headers(response: Response) -> Response:
    for name, value in _headers().items():
        response.headers.setdefault(name, value)
    if request.is_secure:
        response.headers.setdefault("Strict-Transport-Security", "max-age=31536000")
    if response.mimetype == "text/html" and "Cache-Control" not in response.headers:
        # a page shows who is signed in and in which language: only its reader may keep it
        response.headers["Cache-Control"] = "private, no-cache"
        response.vary.add("Cookie")
    return response
