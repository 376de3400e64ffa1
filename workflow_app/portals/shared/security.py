"""What every answer and every request must keep to: headers, tokens, limits, readable text, and where a request came from."""

import secrets
from urllib.parse import urlsplit

from flask import Flask, Response, current_app, g, request, session
from flask_wtf.csrf import CSRFProtect
from werkzeug.exceptions import RequestEntityTooLarge
from werkzeug.middleware.proxy_fix import ProxyFix
from werkzeug.routing import IntegerConverter

from workflow_app.audit.origin import INSIDE, Origin, set_origin
from workflow_app.foundation.errors import Malformed
from workflow_app.people.sessions import digest_of
from workflow_app.portals.shared.session import TOKEN, init_session, viewer

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; font-src 'self' data:; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
MAX_BODY = 25 * 1024 * 1024
MAX_FORM = 512 * 1024
MAX_FIELDS = 1_000
READING = frozenset({"GET", "HEAD", "OPTIONS"})
PLAIN = "\t\n\r"
LARGEST_ID = 2**31 - 1  # what an INTEGER column holds on both databases


class RowId(IntegerConverter):
    """`<int:…>` in an address: a number that can be a row's id; anything larger is no page at all."""

    def __init__(self, *args: object, **kwargs: object) -> None:
        super().__init__(*args, **{"max": LARGEST_ID, **kwargs})  # type: ignore[arg-type]


def row_id(text: str) -> int:
    """Return the number of a row that a form names. Raises ValueError for what cannot be one."""
    number = int(text)
    if not 0 < number <= LARGEST_ID:
        raise ValueError("no row's number")
    return number


def init_security(app: Flask) -> None:
    """Set limits, cookies and tokens, and watch every request and answer. Comes before any blueprint is registered."""
    secure = bool(app.config["SESSION_COOKIE_SECURE"])
    app.config.update(
        MAX_CONTENT_LENGTH=MAX_BODY,
        MAX_FORM_MEMORY_SIZE=MAX_FORM,
        MAX_FORM_PARTS=MAX_FIELDS,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        SESSION_COOKIE_NAME="__Host-casework" if secure else "casework",
        WTF_CSRF_TIME_LIMIT=None,  # lives as long as the session: a form left open over lunch must still be sendable
        WTF_CSRF_SSL_STRICT=secure,
    )
    app.url_map.converters["int"] = RowId
    if proxies := app.extensions[
        "settings"
    ].proxies:  # without one of ours in front, what a request says of itself is not believed
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=proxies, x_proto=proxies, x_host=0)  # type: ignore[method-assign]
    init_session(app)
    app.before_request(note_origin)
    app.before_request(limit_form)
    app.before_request(refuse_foreign)
    CSRFProtect(app)
    app.before_request(refuse_unreadable)
    app.after_request(add_headers)
    app.teardown_request(lambda _error: set_origin(INSIDE))


def note_origin() -> None:
    """Name the request and remember where it came from, for the audit log."""
    g.request_id = secrets.token_hex(8)
    token = session.get(TOKEN)
    digest = digest_of(token)[:16] if isinstance(token, str) else ""
    set_origin(Origin(address=(request.remote_addr or "")[:45], session=digest, request_id=g.request_id))


def limit_form() -> None:
    """Refuse forms that are larger than any person's. Werkzeug limits the parts of a multipart body only."""
    if request.mimetype == "multipart/form-data" or request.method in READING:
        return
    request.max_content_length = MAX_FORM
    if (request.content_length or 0) > MAX_FORM or len(request.form) > MAX_FIELDS:
        raise RequestEntityTooLarge


def refuse_foreign() -> None:
    """Refuse a change that another site's page asked for, whatever its token says. Raises Malformed."""
    if request.method in READING:
        return
    origin, ours = request.headers.get("Origin"), {request.host, _host_of(current_app.config["PUBLIC_URL"])} - {""}
    if origin is not None and _host_of(origin) not in ours:
        raise Malformed("foreign_origin")
    if request.headers.get("Sec-Fetch-Site", "same-origin") not in ("same-origin", "none"):
        raise Malformed("foreign_origin")


def refuse_unreadable() -> None:
    """Refuse control characters and broken encodings before any view sees them. Raises Malformed."""
    values = [request.path, *request.args.keys(), *_values(request.args)]
    if request.method not in READING:
        values += [*request.form.keys(), *_values(request.form)]
    if any(_is_unreadable(value) for value in values):
        raise Malformed("unreadable_text")


def add_headers(response: Response) -> Response:
    """Add the headers of a strict site; signed-in pages are kept by no cache."""
    headers = response.headers
    headers.setdefault("Content-Security-Policy", POLICY)
    headers["X-Content-Type-Options"] = "nosniff"
    headers["Referrer-Policy"] = "same-origin"
    headers["X-Frame-Options"] = "DENY"
    headers["Cross-Origin-Opener-Policy"] = "same-origin"
    headers["Cross-Origin-Resource-Policy"] = "same-origin"
    headers["Permissions-Policy"] = "camera=(), microphone=(), geolocation=()"
    if "request_id" in g:
        headers["X-Request-ID"] = g.request_id
    if current_app.config["SESSION_COOKIE_SECURE"]:
        headers["Strict-Transport-Security"] = "max-age=31536000; includeSubDomains"
    if not request.path.startswith("/static/") and (viewer() is not None or request.path.startswith("/password/")):
        headers["Cache-Control"] = "no-store"
    return response


def _host_of(address: str) -> str:
    """Return the host of an address, nothing for what is none."""
    try:
        return urlsplit(address).netloc
    except ValueError:
        return ""


def _values(source: object) -> list[str]:
    lists = source.lists()  # type: ignore[attr-defined]
    return [value for _, values in lists for value in values]


def _is_unreadable(text: str) -> bool:
    return any((c < " " and c not in PLAIN) or c in "\x7f\ufffd" or "\ud800" <= c <= "\udfff" for c in text)
