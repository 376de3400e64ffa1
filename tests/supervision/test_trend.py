"""Twelve weeks from Monday to Sunday as Shanghai counts them, within one's scope."""

from datetime import UTC, date, datetime

import sqlalchemy as sa
from flask import Flask

from tests import world as w
from tests.supervision.places import filed, make_places
from workflow_app.cases.case import Case
from workflow_app.foundation.database import db, transaction
from workflow_app.supervision.selection import Selection
from workflow_app.supervision.trend import weeks

TODAY = date(2026, 11, 24)


def test_a_case_falls_into_the_week_of_its_day_in_shanghai(app: Flask) -> None:
    places = make_places()
    sunday, monday, old = (filed(places, "2026-11-20") for _ in range(3))
    elsewhere = filed(places, "2026-11-20", department_id=places.neighbour_id)
    instants = {
        sunday: datetime(2026, 11, 22, 15, 59, tzinfo=UTC),  # 23:59 on Sunday
        monday: datetime(2026, 11, 22, 16, 0, tzinfo=UTC),  # 00:00 on Monday
        old: datetime(2026, 9, 6, 15, 59, tzinfo=UTC),  # the Sunday before the first week
        elsewhere: w.NOON,
    }
    with transaction():
        for number, instant in instants.items():
            at = {"received_at": instant, "decided_at": instant}
            db.session.execute(sa.update(Case).where(Case.number == number).values(at))
    found = weeks(places.world.approver, Selection(), today=TODAY)
    assert [found[0].starts_on, found[-1].starts_on] == [date(2026, 9, 7), date(2026, 11, 23)]
    assert [(x.filed, x.decided) for x in found] == [(0, 0)] * 10 + [(1, 1), (1, 1)]
    assert weeks(places.city, Selection(), today=TODAY)[-1].filed == 2
    assert weeks(places.city, Selection(department_id=places.neighbour_id), today=TODAY)[-1].filed == 1
    assert weeks(places.city, Selection(kind="objection"), today=TODAY)[-1].filed == 0
