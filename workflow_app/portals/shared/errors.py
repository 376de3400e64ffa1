"""Errors as pages and as problem documents: one table of status codes, one wording, a code to quote, never a trace."""

import logging
import secrets
from http import HTTPStatus
from typing import Any

from flask import Flask, Response, jsonify, render_template, request
from flask_wtf.csrf import CSRFError
from sqlalchemy.exc import OperationalError
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

logger = logging.getLogger("workflow_app.portals")
STATUS: tuple[tuple[type[AppError], int], ...] = (
    (NotFound, 404),
    (NotPermitted, 403),
    (Malformed, 400),
    (InvalidInput, 422),
    (RuleViolation, 422),
    (Conflict, 409),
    (ExternalFault, 503),
    (AppError, 500),
)


def init_errors(app: Flask) -> None:
    """Answer every error in one way."""
    app.register_error_handler(AppError, _app_error)
    app.register_error_handler(CSRFError, lambda _e: _answer(400, "stale_form"))
    app.register_error_handler(HTTPException, _http_error)
    app.register_error_handler(StaleDataError, lambda _e: _answer(409, "case_changed"))
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


def _app_error(error: AppError) -> tuple[Response, int] | tuple[str, int]:
    db.session.rollback()
    status = status_of(error)
    if status >= 500:
        logger.error("%s", error, exc_info=error)
    fields = error.fields if isinstance(error, InvalidInput) else {}
    return _answer(status, error.code, message=message_of(error), fields=fields)


def _http_error(error: HTTPException) -> Any:
    if error.code is None or error.code < 400:
        return error
    return _answer(error.code, f"http_{error.code}" if has_label(f"error.http_{error.code}") else "error")


def _database_busy(error: OperationalError) -> Any:
    logger.warning("database: %s", error.orig)
    db.session.rollback()
    answer = _answer(503, "busy")
    return (*answer, {"Retry-After": "5"})


def _unexpected(error: Exception) -> Any:
    logger.exception("unexpected", exc_info=error)
    db.session.rollback()
    return _answer(500, "error")


def _answer(
    status: int, code: str, *, message: str | None = None, fields: dict[str, str] | None = None
) -> tuple[Response, int] | tuple[str, int]:
    text = message or label(f"error.{code}")
    reference = secrets.token_hex(4).upper()
    if status >= 500:
        logger.error("reference %s", reference)
    if request.accept_mimetypes.best_match(["text/html", "application/problem+json"]) == "application/problem+json":
        document = {
            "type": f"urn:casework:{code}",
            "title": text,
            "status": status,
            "code": code,
            "errors": fields or {},
        }
        answer = jsonify(document)
        answer.content_type = "application/problem+json"
        return answer, status
    phrase = HTTPStatus(status).phrase
    key = f"error_title.{status}" if has_label(f"error_title.{status}") else "error_title.500"
    page = render_template(
        "portals/shared/error.html",
        title=label(key),
        text=text,
        fields=fields or {},
        status=status,
        phrase=phrase,
        reference=reference,
    )
    return page, status
