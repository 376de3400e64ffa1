"""One client over the real pages: an enterprise files, on one record or on two at once, an officer accepts and proposes, an
approver decides.

On the way papers are handed in and asked for, time runs out, proposals go back, applications are withdrawn, and the office opens
cases on repairs it doubts.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable

from faults.browsers import Browsers, Request
from faults.driver import Act, Place, Refused, Unanswered
from faults.repair_world import PASSWORD
from tests.papers import pdf

CONDITION = re.compile(r'name="(conditions-[A-Z_]+)-finding"')
WANTED = re.compile(r'name="(response-\d+)"')
NUMBER = re.compile(r"GS[A-Z]{2}-\d{4}-\d{6}")
REFUSALS = (403, 404, 409, 422)
NEXT = {
    "upload": "file", "file": "accept", "several": "accept", "correct": "accept", "review": "decide",
    "withdraw": "begin", "open": "begin",
}  # fmt: skip


class RepairSession:
    """Works on its own cases, one after the other. A request that was not answered is sent again as it was."""

    def __init__(
        self, place: Place, number: int, records: list[int], let_pass: Callable[[str], None], dawn: Callable[[], None]
    ) -> None:
        self.number, self.records, self.let_pass, self.dawn = number, iter(records), let_pass, dawn
        self.granted: list[int] = []  # records whose repair was decided, in whatever state it is now
        self.browsers = Browsers(place.web_url, PASSWORD)
        self.case, self.todo = "", "begin"
        self.record = 0
        self.sent: Request | None = None

    def step(self, luck: random.Random, key: str) -> Act:
        """Send the next act of this client's case, or the same act again where the key was used before."""
        if self.sent is None or self.sent.key != key:
            self.sent = self._next(luck, key)
        request = self.sent
        answer = self.browsers.post(request)
        if answer.status_code in REFUSALS:
            if answer.status_code != 409:  # somebody was faster: the same step from the page as it is now
                self.todo = "begin"
            raise Refused(f"{answer.status_code} {request.what}")
        if answer.status_code != 302:
            raise Unanswered(str(answer.status_code))
        if request.what in ("file", "open"):
            self.case = _number(answer.headers["Location"])
        if request.what == "several":
            self.case = _number(self.browsers.page(request.login, answer.headers["Location"]))
        case = "" if request.what in ("upload", "several") else self.case
        self._go_on(request)
        return Act(key=key, what=request.what, case=case, facts={"case": case, "what": request.what})

    def _next(self, luck: random.Random, key: str) -> Request:
        """Return the next request. Time that runs out is no act of anybody's: it happens before one."""
        if self.todo == "begin":
            self.record, self.case = next(self.records), ""
            self.todo = luck.choices(("file", "upload", "several"), (5, 2, 2))[0]
            doubted = self._doubted() if luck.random() < 0.8 else 0
            if doubted:
                self.record, self.todo = doubted, "open"
            elif luck.random() < 0.1:
                self.dawn()
        if self.todo in ("accept", "correct", "review", "decide"):
            if luck.random() < (0.4 if self.todo == "correct" else 0.04):
                self.let_pass(self.case)
                self.todo = "accept" if self.todo == "correct" else self.todo
            elif luck.random() < 0.04:
                self.todo = "withdraw"
        makers: dict[str, Callable[[random.Random, str], Request]] = {
            "upload": self._upload,
            "file": self._file,
            "several": self._several,
            "open": self._open,
            "accept": self._accept,
            "correct": self._correct,
            "review": self._review,
            "decide": self._decide,
            "withdraw": self._withdraw,
        }
        return makers[self.todo](luck, key)

    def _go_on(self, request: Request) -> None:
        outcome = request.form.get("outcome", "")
        if request.what == "accept":
            self.todo = {"accepted": "review", "correct": "correct"}.get(outcome, "begin")
        elif request.what == "decide":
            if request.form["verdict"] == "approved":
                self.granted.append(self.record)
            self.todo = "review" if request.form["verdict"] == "returned" else "begin"
        else:
            self.todo = NEXT[request.what]

    def _upload(self, _luck: random.Random, key: str) -> Request:
        login = f"applicant{self.number}"
        form = self.browsers.hidden(login, f"/my/records/{self.record}/apply", key) | {"purpose": "performance_proof"}
        content = pdf(padding=key.encode() * 4000)
        return Request(key, "upload", login, f"/my/records/{self.record}/files", form, (f"{key}.pdf", content))

    def _file(self, _luck: random.Random, key: str) -> Request:
        login, path = f"applicant{self.number}", f"/my/records/{self.record}/apply"
        form = self.browsers.hidden(login, path, key) | {
            "applicant_name": login,
            "applicant_phone": "13900000001",
            "statement": "已缴清罚款。",
            "signer_name": login,
            "commitment": "1",
            "publish_commitment": "1",
        }
        return Request(key, "file", login, path, form)

    def _several(self, _luck: random.Random, key: str) -> Request:
        login, records = f"applicant{self.number}", [self.record, next(self.records)]
        page = "/my/filing?" + "&".join(f"record={r}" for r in records)
        form = self.browsers.hidden(login, page, key) | {
            "record": [str(r) for r in records],
            "applicant_name": login,
            "applicant_phone": "13900000001",
            "signer_name": login,
        }
        for record in records:
            form |= {
                f"statement-{record}": "已缴清罚款。",
                f"commitment-{record}": "1",
                f"publish_commitment-{record}": "1",
            }
        return Request(key, "several", login, "/my/filing", form)

    def _doubted(self) -> int:
        """Return a record of an earlier grant that can be opened a case on by now, 0 where there is none."""
        if not self.granted:
            return 0
        record = self.granted.pop(0)
        page = self.browsers.page(f"officer{self.number}", f"/desk/records/{record}")
        return record if f"/desk/records/{record}/open/revocation" in page else 0

    def _open(self, _luck: random.Random, key: str) -> Request:
        login, path = f"officer{self.number}", f"/desk/records/{self.record}/open/revocation"
        form = self.browsers.hidden(login, path, key)
        form |= {"cause": "false_material", "origin": "report", "suspicion": "缴款凭证可能系伪造。"}
        return Request(key, "open", login, path, form)

    def _accept(self, luck: random.Random, key: str) -> Request:
        request, page = self._task("officer", "accept", key)
        asked_before = "missing_items-0-name" not in page
        outcome = luck.choices(("accepted", "refused", "correct"), (7, 1, 0 if asked_before else 2))[0]
        request.form["outcome"] = outcome
        if outcome == "refused":
            request.form |= {"ground": "out_of_scope", "reasons": "不属于修复范围。", "basis_article": "第二条"}
        if outcome == "correct":
            request.form["basis_article"] = "第八条"
            request.form |= {"missing_items-0-name": "缴款书", "missing_items-0-requirement": "全部凭证"}
        return request

    def _correct(self, _luck: random.Random, key: str) -> Request:
        login, path = f"applicant{self.number}", f"/my/cases/{self.case}/correct"
        wanted = WANTED.findall(self.browsers.page(login, path))
        form = self.browsers.hidden(login, path, key) | dict.fromkeys(wanted, "已上传")
        return Request(key, "correct", login, path, form)

    def _review(self, luck: random.Random, key: str) -> Request:
        request, page = self._task("officer", "review", key)
        denied = luck.random() < 0.15
        for name in CONDITION.findall(page):
            unmet = denied and "MIN_PERIOD" not in name
            request.form |= {f"{name}-finding": "unmet" if unmet else "met", f"{name}-remark": "已核对"}
        proposal = (
            {"recommendation": "deny", "reapply_condition": "履行后再申请"} if denied else {"recommendation": "grant"}
        )
        request.form |= proposal | {"reasons": "已核对全部材料。", "basis_article": "第三条"}
        return request

    def _decide(self, luck: random.Random, key: str) -> Request:
        request, _ = self._task("approver", "decide", key)
        request.form |= {"verdict": "returned" if luck.random() < 0.1 else "approved", "note": str(luck.random())}
        return request

    def _withdraw(self, _luck: random.Random, key: str) -> Request:
        login, path = f"applicant{self.number}", f"/my/cases/{self.case}/withdraw"
        return Request(key, "withdraw", login, path, self.browsers.hidden(login, path, key) | {"reason": key})

    def _task(self, role: str, what: str, key: str) -> tuple[Request, str]:
        """Return a request for the open task of a lane and the text of its page. It may still be on its way."""
        login = f"{role}{self.number}"
        found = re.search(
            rf"/desk/(?:cases/{self.case}/)?tasks/(\d+)", self.browsers.page(login, f"/desk/cases/{self.case}")
        )
        if found is None:
            raise Unanswered(f"no task for {what}")
        path = f"/desk/cases/{self.case}/tasks/{found[1]}"
        form = self.browsers.hidden(login, path, key)
        return Request(key, what, login, path, form), self.browsers.page(login, path)


def _number(text: str) -> str:
    found = NUMBER.search(text)
    return found[0] if found else ""
