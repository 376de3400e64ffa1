"""The calendar of interviews: one's own department's, by week and day, and as a file whose text stays text."""

from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from tests import world as w
from tests.portals.clients import client_of, open_doors
from tests.processes import interviews as i
from workflow_app.cases.appointments import Appointment
from workflow_app.foundation.database import db, transaction
from workflow_app.people.accounts import Account, Role
from workflow_app.portals.officer.calendar_file import escaped, folded


@pytest.fixture
def town(app: Flask) -> i.Town:
    found = i.make_town()
    open_doors()
    return found


def get(app: Flask, login: str, address: str, **headers: str) -> Any:
    return client_of(app, login).get(address, headers=headers)


def test_a_week_shows_its_meetings_and_a_day_its_own(app: Flask, town: i.Town) -> None:
    number = i.invited(town, w.make_record(town))
    page = get(app, "jingban", "/desk/appointments?on=2026-12-03").get_data(as_text=True)
    assert number in page
    assert "09:30–10:30" in page
    assert "王丽萍" in page
    assert "周末" in page
    part = get(app, "jingban", "/desk/appointments?view=day&on=2026-12-01", **{"HX-Request": "true"}).get_data(
        as_text=True
    )
    assert number in part
    assert "<html" not in part
    assert number not in get(app, "shenpi", "/desk/appointments?view=day&on=2026-12-02").get_data(as_text=True)
    assert number not in get(app, "shenpi", "/desk/appointments?on=2026-12-01&whose=mine").get_data(as_text=True)
    for wrong in ("x", "9999-99-99", "1066-01-01", "2026-12-01' OR 1"):
        assert get(app, "jingban", f"/desk/appointments?view=month&on={wrong}").status_code == 200


def test_nobody_sees_another_departments(app: Flask, town: i.Town) -> None:
    number = i.invited(town, w.make_record(town))
    with transaction():
        there = db.session.scalar(sa.select(w.Department.id).where(w.Department.code == "11620200MBY780889C"))
        db.session.add(Account(login="bieren", name="别人", role=Role.OFFICER, password_hash="!", created_at=w.NOON,
                               department_id=there))  # fmt: skip
    open_doors()
    for address in ("/desk/appointments?on=2026-12-01", "/desk/appointments.ics"):
        assert number not in get(app, "bieren", address).get_data(as_text=True)
        assert get(app, "chuangkou", address).status_code == 403
        assert get(app, "duban", address).status_code == 403
    assert app.test_client().get("/desk/appointments.ics").status_code == 302, "no address without sign-in"


def test_the_file_keeps_its_uid_while_a_meeting_moves_and_its_text_is_text(app: Flask, town: i.Town) -> None:
    number = i.invited(town, w.make_record(town))
    before = get(app, "jingban", "/desk/appointments.ics")
    assert before.mimetype == "text/calendar"
    moving = {"choice": "reschedule", "move_reason": "当日出庭"}
    i.do(number, "reply", town.applicant, moving)
    i.do(number, "rearrange", town.officer, i.slot(town, day="2026-12-08") | {"move_note": "同意"})
    with transaction():
        meeting = db.session.scalars(sa.select(Appointment)).unique().one()
        meeting.room = "三楼,约谈室;\nATTENDEE:mailto:x@example.com"
    body = get(app, "jingban", "/desk/appointments.ics").get_data(as_text=True)
    lines = body.replace("\r\n ", "").split("\r\n")
    assert f"UID:{number}-1@casework.gansu" in lines
    assert f"UID:{number}-1@casework.gansu" in before.get_data(as_text=True)
    assert {"SEQUENCE:1", "DTSTART:20261208T013000Z", "DTEND:20261208T023000Z", "STATUS:CONFIRMED"} <= set(lines)
    assert "LOCATION:三楼\\,约谈室\\;\\nATTENDEE:mailto:x@example.com" in lines
    assert not [line for line in lines if line.startswith("ATTENDEE")]
    assert all(len(line.encode()) <= 75 for line in body.split("\r\n"))
    mine = get(app, "jingban3", "/desk/appointments.ics?whose=mine").get_data(as_text=True)
    assert number in mine
    assert number not in get(app, "lingdao", "/desk/appointments.ics?whose=mine").get_data(as_text=True)


def test_text_is_escaped_and_lines_are_folded_inside_no_character() -> None:
    assert escaped("a\\b,c;d\r\ne\u2028f\x00g") == "a\\\\b\\,c\\;d\\ne\\nfg"
    parts = list(folded("SUMMARY:" + "约" * 60))
    assert "".join(p[n > 0 :] for n, p in enumerate(parts)) == "SUMMARY:" + "约" * 60
    assert max(len(p.encode()) for p in parts) <= 75
