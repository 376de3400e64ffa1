"""Signed-in browsers of one client, one for each login: pages, forms, and what cannot be told from no answer at all."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

import requests

from faults.driver import Unanswered

TIMEOUT_S = 20
TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')
VERSION = re.compile(r'name="case_version" value="(\d+)"')


@dataclass
class Request:
    """One act as it was first sent: repeated with the very same content. `file` is a name and bytes to upload."""

    key: str
    what: str
    login: str
    path: str
    form: dict[str, Any]
    file: tuple[str, bytes] | None = None


@dataclass
class Browsers:
    """Signs in where needed. Whatever is no page and no redirect raises Unanswered: to be asked again."""

    url: str
    password: str
    signed_in: dict[str, requests.Session] = field(default_factory=dict)

    def page(self, login: str, path: str) -> str:
        """Return the text of a page."""
        answer = self._send(login, "GET", path)
        if answer.status_code == 302:
            self.signed_in.pop(login, None)
        if answer.status_code != 200:
            raise Unanswered(f"{answer.status_code} {path}")
        return answer.text

    def hidden(self, login: str, path: str, key: str) -> dict[str, Any]:
        """Return what the form of a page carries unseen: its token, the version of the case, and the key of the act."""
        page = self.page(login, path)
        version = VERSION.search(page)
        return {"csrf_token": _token(page), "idempotency_key": key} | ({"case_version": version[1]} if version else {})

    def post(self, request: Request) -> requests.Response:
        """Send a form. A sign-in that ended is renewed first; the content stays what it was."""
        answer = self._send(request.login, "POST", request.path, request)
        if answer.status_code in (400, 401):
            self.signed_in.pop(request.login, None)
            request.form["csrf_token"] = _token(self.page(request.login, "/password"))
            raise Unanswered(str(answer.status_code))
        return answer

    def _send(self, login: str, method: str, path: str, request: Request | None = None) -> requests.Response:
        try:
            browser = self.signed_in.get(login) or self._sign_in(login)
            return browser.request(
                method,
                self.url + path,
                data=request.form if request else None,
                files={"file": request.file} if request and request.file else None,
                timeout=TIMEOUT_S,
                allow_redirects=False,
            )
        except requests.RequestException as error:
            raise Unanswered(type(error).__name__) from error

    def _sign_in(self, login: str) -> requests.Session:
        browser = requests.Session()
        page = browser.get(self.url + "/login", timeout=TIMEOUT_S).text
        form = {"login": login, "password": self.password, "csrf_token": _token(page)}
        answer = browser.post(self.url + "/login", data=form, timeout=TIMEOUT_S, allow_redirects=False)
        if answer.status_code != 302:
            raise Unanswered(f"sign-in {answer.status_code}")
        self.signed_in[login] = browser
        return browser


def _token(page: str) -> str:
    found = TOKEN.search(page)
    if found is None:
        raise Unanswered("a page without its form")
    return found[1]
