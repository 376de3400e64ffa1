"""What every answer and every request must keep to: headers, tokens, limits, readable text."""

from flask import Flask, Response, request
from flask_wtf.csrf import CSRFProtect

from workflow_app.foundation.errors import Malformed
from workflow_app.portals.shared.session import init_session, viewer

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self' data:; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
MAX_BODY = 25 * 1024 * 1024
MAX_FORM = 512 * 1024
MAX_FIELDS = 1_000
PLAIN = {0x09, 0x0A, 0x0D}


def init_security(app: Flask) -> None:
    """Set limits, cookies and tokens, and watch every request and answer."""
    app.config.update(
        MAX_CONTENT_LENGTH=MAX_BODY,
        MAX_FORM_MEMORY_SIZE=MAX_FORM,
        MAX_FORM_PARTS=MAX_FIELDS,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_NAME="__Host-casework" if app.config["SESSION_COOKIE_SECURE"] else "casework",
        WTF_CSRF_TIME_LIMIT=None,  # lives as long as the session: a form left open over lunch must still be sendable
        WTF_CSRF_SSL_STRICT=app.config["SESSION_COOKIE_SECURE"],
    )
    init_session(app)
    CSRFProtect(app)
    app.before_request(refuse_unreadable)
    app.after_request(add_headers)


def refuse_unreadable() -> None:
    """Refuse control characters and broken encodings before any view sees them. Raises Malformed."""
    values = [request.path, *request.args.values()]
    if request.method == "POST":
        values += [*request.form.keys(), *request.form.values()]
    for value in values:
        if any(
            (ord(c) < 0x20 and ord(c) not in PLAIN) or c in "\x7f\ufffd" or 0xD800 <= ord(c) <= 0xDFFF for c in value
        ):
            raise Malformed("unreadable_text")


def add_headers(response: Response) -> Response:
    """Add the headers of a strict site; signed-in pages are kept by no cache."""
    headers = response.headers
    headers.setdefault("Content-Security-Policy", POLICY)
    headers["X-Content-Type-Options"] = "nosniff"
    headers["Referrer-Policy"] = "same-origin"
    headers["X-Frame-Options"] = "DENY"
    headers["Cross-Origin-Opener-Policy"] = "same-origin"
    headers["Permissions-Policy"] = "camera=(), microphone=(), geolocation=()"
    if request.is_secure:
        headers["Strict-Transport-Security"] = "max-age=31536000; includeSubDomains"
    if not request.path.startswith("/static/") and viewer() is not None:
        headers["Cache-Control"] = "no-store"
    return response
