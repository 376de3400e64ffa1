"""Errors as pages and as problem documents: one table of status codes, one wording, a code to quote, never a trace."""

import logging
from http import HTTPStatus
from typing import Any

from flask import Flask, Response, g, jsonify, make_response, render_template, request
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import IntegrityError, OperationalError
from sqlalchemy.orm.exc import StaleDataError
from werkzeug.exceptions import HTTPException

from workflow_app.foundation.database import db
from workflow_app.foundation.errors import (
    AppError,
    Conflict,
    ExternalFault,
    InvalidInput,
    Malformed,
    NotFound,
    NotPermitted,
    RuleViolation,
)
from workflow_app.foundation.labels import has_label, label
from workflow_app.people.lockout import TooManyTries
from workflow_app.people.permissions import NoAuthority
from workflow_app.portals.shared.denials import note_denial

logger = logging.getLogger("workflow_app.portals")
PROBLEM = "application/problem+json"
STATUS: tuple[tuple[type[AppError], int], ...] = (
    (NotFound, 404),
    (NotPermitted, 403),
    (Malformed, 400),
    (InvalidInput, 422),
    (RuleViolation, 422),
    (Conflict, 409),
    (ExternalFault, 503),
    (TooManyTries, 429),
    (AppError, 500),
)


def init_errors(app: Flask) -> None:
    """Answer every error in one way."""
    app.register_error_handler(AppError, _app_error)
    app.register_error_handler(CSRFError, lambda _e: _answer(400, "stale_form"))
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(StaleDataError, lambda _e: _answer(409, "case_changed"))
    app.register_error_handler(IntegrityError, _faster)
    app.register_error_handler(OperationalError, _database_busy)
    app.register_error_handler(Exception, _unexpected)


def status_of(error: AppError) -> int:
    """Return the status code of an error."""
    return next(status for kind, status in STATUS if isinstance(error, kind))


def message_of(error: AppError) -> str:
    """Return the Chinese sentence of an error; one without words of its own gets those of its kind."""
    for code in (error.code, *(kind.code for kind in type(error).__mro__ if issubclass(kind, AppError))):
        if has_label(f"error.{code}"):
            try:
                return label(f"error.{code}", **error.facts)
            except (KeyError, IndexError):
                continue
    return label("error.error")


def _app_error(error: AppError) -> Response:
    db.session.rollback()
    status = status_of(error)
    if status >= 500:
        logger.error("%s", error, exc_info=error)
    note_denial(error)
    fields = error.fields if isinstance(error, InvalidInput) else {}
    if isinstance(error, NoAuthority) and _wants_page():
        return make_response(render_template("portals/shared/no_authority.html", text=message_of(error)), status)
    if isinstance(error, NotFound) and error.code.endswith(NotFound.code):
        answer = _answer(404, "http_404")  # what is hidden and what is not there read the same
    else:
        answer = _answer(status, error.code, message=message_of(error), fields=fields)
    if isinstance(error, TooManyTries):
        answer.headers["Retry-After"] = str(error.seconds)
    return answer


def _http_error(error: HTTPException) -> Any:
    if error.code is None or error.code < 400:
        return error
    return _answer(error.code, f"http_{error.code}" if has_label(f"error.http_{error.code}") else "error")


def _database_busy(error: OperationalError) -> Response:
    logger.warning("database: %s", error.orig)
    db.session.rollback()
    return _answer(503, "busy")


def _faster(error: IntegrityError) -> Response:
    """Two did at once what can be done once. A net: each act is to say it in words of its own."""
    logger.error("integrity: %s", type(error.orig).__name__, exc_info=error)
    db.session.rollback()
    return _answer(409, "conflict")


def _unexpected(error: Exception) -> Response:
    logger.exception("unexpected", exc_info=error)
    db.session.rollback()
    return _answer(500, "error")


def _answer(status: int, code: str, *, message: str | None = None, fields: dict[str, str] | None = None) -> Response:
    text, reference = message or label(f"error.{code}"), g.get("request_id", "")
    if status >= 500:
        logger.error("request %s answered %s", reference, status)
    if _wants_page():
        answer = make_response(_page(status, text, reference, fields or {}), status)
    else:
        problem = {"type": f"urn:casework:{code}", "title": text, "status": status, "code": code}
        answer = jsonify(problem | {"errors": fields or {}, "instance": reference})
        answer.status_code, answer.content_type = status, PROBLEM
    if status == 503:
        answer.headers["Retry-After"] = "5"
    return answer


def _wants_page() -> bool:
    kinds = ["text/html", PROBLEM, "application/json"]
    return request.accept_mimetypes.best_match(kinds, default="text/html") == "text/html"


def _page(status: int, text: str, reference: str, fields: dict[str, str]) -> str:
    key = f"error_title.{status}" if has_label(f"error_title.{status}") else "error_title.500"
    return render_template(
        "portals/shared/error.html",
        title=label(key),
        text=text,
        fields=fields,
        status=status,
        phrase=HTTPStatus(status).phrase,
        reference=reference[:8].upper(),
    )
