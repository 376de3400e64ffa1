"""A member of staff at the desk: signed in, reads pages and sends forms with the token they carry."""

from dataclasses import dataclass
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from tests.portals.clients import client_of, token_in
from tests.world import case, task


@dataclass
class Desk:
    """One signed-in browser of the staff."""

    client: FlaskClient

    @classmethod
    def of(cls, app: Flask, login: str) -> "Desk":
        return cls(client_of(app, login))

    def read(self, path: str, *, status: int = 200) -> str:
        answer = self.client.get(path)
        assert answer.status_code == status, (path, answer.status_code)
        return answer.text

    def send(self, path: str, values: dict[str, Any] | None = None, *, page: str = "/desk/messages") -> TestResponse:
        """Send a form with the token of a page, as a browser would."""
        token = token_in(self.client.get(page).text)
        return self.client.post(path, data={"csrf_token": token} | (values or {}))

    def do(self, number: str, values: dict[str, Any], *, version: int | None = None) -> TestResponse:
        """Send the form of the open task of a case."""
        known = case(number).row_version if version is None else version
        return self.send(task_path(number), {"case_version": known} | values, page=task_path(number))


def task_path(number: str) -> str:
    """The page of the open task of a case."""
    return f"/desk/cases/{number}/tasks/{task(number).id}"


def review_form(number: str, recommendation: str = "grant", **more: str) -> dict[str, str]:
    """What the review page posts: a finding for every condition, a remark where the system does not know."""
    from tests.world import findings

    values = {
        "recommendation": recommendation,
        "reasons": "经审查，当事人已履行全部义务。",
        "basis_article": "《信用修复管理办法》第三条",
        "reapply_condition": "履行完毕后可以再次申请。",
    }
    for row in findings(number):
        values[f"conditions-{row['key']}-finding"] = row["finding"]
        values[f"conditions-{row['key']}-remark"] = row["remark"] or "已核对材料"
    return values | more
