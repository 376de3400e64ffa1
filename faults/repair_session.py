"""One client over the real pages: an enterprise files, an officer accepts and proposes, an approver decides."""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from dataclasses import dataclass

import requests

from faults.driver import Act, Place, Refused, Unanswered
from faults.repair_world import PASSWORD

TIMEOUT_S = 20
TOKEN = re.compile(r'name="csrf_token" value="([^"]+)"')
VERSION = re.compile(r'name="case_version" value="(\d+)"')
CONDITION = re.compile(r'name="(conditions-[A-Z_]+)-finding"')
WANTED = re.compile(r'name="(response-\d+)"')
NUMBER = re.compile(r"GSXF-\d{4}-\d{6}")


@dataclass
class Request:
    """One act as it was first sent: repeated with the very same content."""

    key: str
    what: str
    login: str
    path: str
    form: dict[str, str]


class RepairSession:
    """Works on its own cases, one after the other. A request that was not answered is sent again as it was."""

    def __init__(self, place: Place, number: int, records: list[int]) -> None:
        self.place, self.number, self.records = place, number, iter(records)
        self.browsers: dict[str, requests.Session] = {}
        self.case: str | None = None
        self.todo = "file"
        self.sent: Request | None = None
        self.record: int | None = None

    def step(self, luck: random.Random, key: str) -> Act:
        """Send the next act of this client's case, or the same act again where the key was used before."""
        if self.sent is None or self.sent.key != key:
            makers: dict[str, Callable[[random.Random, str], Request]] = {
                "file": self._file,
                "accept": self._accept,
                "correct": self._correct,
                "review": self._review,
                "decide": self._decide,
            }
            self.sent = makers[self.todo](luck, key)
        answer = self._post(self.sent)
        if answer.status_code in (409, 422, 404, 403):
            self._start_over()
            raise Refused(f"{answer.status_code} {self.sent.what}")
        if answer.status_code != 302:
            raise Unanswered(str(answer.status_code))
        number = NUMBER.search(answer.headers["Location"]) if self.sent.what == "file" else None
        case = number[0] if number else str(self.case)
        act = Act(key=key, what=self.sent.what, case=case, facts={"case": case})
        self._go_on(case)
        return act

    def _go_on(self, case: str) -> None:
        request = self.sent
        if request is None:
            return
        outcome = request.form.get("outcome", "")
        following = {"file": "accept", "correct": "accept", "review": "decide"}
        if request.what == "accept":
            self.todo = {"accepted": "review", "correct": "correct"}.get(outcome, "file")
        else:
            self.todo = following.get(request.what, "file")
        self.case = case if self.todo != "file" else None

    def _start_over(self) -> None:
        self.case, self.todo = None, "file"

    def _file(self, _luck: random.Random, key: str) -> Request:
        login = f"applicant{self.number}"
        if self.record is None or self.sent is None or self.sent.what != "file" or self.sent.key != key:
            self.record = next(self.records)
        path = f"/my/records/{self.record}/apply"
        form = {
            "csrf_token": self._token(login, path),
            "idempotency_key": key,
            "applicant_name": login,
            "applicant_phone": "13900000001",
            "statement": "已缴清罚款。",
            "signer_name": login,
            "commitment": "1",
            "publish_commitment": "1",
        }
        return Request(key, "file", login, path, form)

    def _accept(self, luck: random.Random, key: str) -> Request:
        request = self._task("officer", "accept", key)
        asked_before = "missing_items-0-name" not in self._page(request.login, request.path)
        outcome = luck.choices(("accepted", "refused", "correct"), (8, 1, 0 if asked_before else 1))[0]
        request.form["outcome"] = outcome
        if outcome == "refused":
            request.form |= {"ground": "out_of_scope", "reasons": "不属于修复范围。", "basis_article": "第二条"}
        if outcome == "correct":
            request.form |= {"missing_items-0-name": "缴款书", "missing_items-0-requirement": "全部凭证"}
        return request

    def _correct(self, _luck: random.Random, key: str) -> Request:
        login, path = f"applicant{self.number}", f"/my/cases/{self.case}/correct"
        page = self._page(login, path)
        form = self._hidden(page, key) | dict.fromkeys(WANTED.findall(page), "已上传")
        return Request(key, "correct", login, path, form)

    def _review(self, _luck: random.Random, key: str) -> Request:
        request = self._task("officer", "review", key)
        for name in CONDITION.findall(self._page(request.login, request.path)):
            request.form |= {f"{name}-finding": "met", f"{name}-remark": "已核对"}
        request.form |= {"recommendation": "grant", "reasons": "已履行全部义务。", "basis_article": "第三条"}
        return request

    def _decide(self, luck: random.Random, key: str) -> Request:
        request = self._task("approver", "decide", key)
        request.form |= {"verdict": "approved", "note": str(luck.random())}
        return request

    def _task(self, role: str, what: str, key: str) -> Request:
        login = f"{role}{self.number}"
        page = self._page(login, f"/desk/cases/{self.case}")
        found = re.search(rf"/desk/(?:cases/{self.case}/)?tasks/(\d+)", page)
        if found is None:
            self._start_over()
            raise Refused(f"no task for {what}")
        path = f"/desk/cases/{self.case}/tasks/{found[1]}"
        return Request(key, what, login, path, self._hidden(self._page(login, path), key))

    def _hidden(self, page: str, key: str) -> dict[str, str]:
        token, version = TOKEN.search(page), VERSION.search(page)
        if token is None or version is None:
            raise Unanswered("a page without its form")
        return {"csrf_token": token[1], "case_version": version[1], "idempotency_key": key}

    def _token(self, login: str, path: str) -> str:
        found = TOKEN.search(self._page(login, path))
        if found is None:
            raise Unanswered("a page without its form")
        return found[1]

    def _page(self, login: str, path: str) -> str:
        answer = self._send(login, "GET", path)
        if answer.status_code == 302:
            self.browsers.pop(login, None)
        if answer.status_code != 200:
            raise Unanswered(f"{answer.status_code} {path}")
        return answer.text

    def _post(self, request: Request) -> requests.Response:
        answer = self._send(request.login, "POST", request.path, request.form)
        if answer.status_code in (400, 401):  # the sign-in ended with its process: sign in again, same content
            self.browsers.pop(request.login, None)
            request.form["csrf_token"] = self._token(request.login, "/password")
            raise Unanswered(str(answer.status_code))
        return answer

    def _send(self, login: str, method: str, path: str, form: dict[str, str] | None = None) -> requests.Response:
        try:
            browser = self.browsers.get(login) or self._sign_in(login)
            return browser.request(
                method, self.place.web_url + path, data=form, timeout=TIMEOUT_S, allow_redirects=False
            )
        except requests.RequestException as error:
            raise Unanswered(type(error).__name__) from error

    def _sign_in(self, login: str) -> requests.Session:
        browser = requests.Session()
        page = browser.get(self.place.web_url + "/login", timeout=TIMEOUT_S).text
        token = TOKEN.search(page)
        form = {"login": login, "password": PASSWORD, "csrf_token": token[1] if token else ""}
        answer = browser.post(self.place.web_url + "/login", data=form, timeout=TIMEOUT_S, allow_redirects=False)
        if answer.status_code != 302:
            raise Unanswered(f"sign-in {answer.status_code}")
        self.browsers[login] = browser
        return browser
