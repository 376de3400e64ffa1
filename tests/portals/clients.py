"""Clients that are signed in the way people are: through the form."""

import re
from typing import Any

import sqlalchemy as sa
from flask import Flask, g, has_app_context
from flask.testing import FlaskClient

from workflow_app.foundation.database import db, transaction
from workflow_app.people.accounts import Account

PASSWORD = "Test-2026-word"


def open_doors() -> None:
    """Give every account the password of the tests."""
    from workflow_app.people.passwords import hash_password

    digest = hash_password(PASSWORD)
    with transaction():
        db.session.execute(sa.update(Account).values(password_hash=digest))


def token_in(page: str) -> str:
    """Return the form token of a page."""
    found = re.search(r'name="csrf_token" value="([^"]+)"', page)
    return found[1] if found else ""


class Browser(FlaskClient):
    """A client that meets the application anew: inside the context of a test, `g` would outlive the request, and with it
    who was signed in."""

    def open(self, *args: Any, **kwargs: Any) -> Any:
        if has_app_context():
            for name in list(g):
                g.pop(name)
        return super().open(*args, **kwargs)


def client_of(app: Flask, login: str) -> FlaskClient:
    """Return a client signed in as an account."""
    app.test_client_class = Browser
    client = app.test_client()
    token = token_in(client.get("/login").text)
    answer = client.post("/login", data={"login": login, "password": PASSWORD, "csrf_token": token})
    assert answer.status_code == 302, answer.text
    return client
