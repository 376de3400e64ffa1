"""A file as officers really export it: every planted defect is found and treated right, no clean row is complained of."""

import csv
from collections import defaultdict
from datetime import date
from typing import Any

import pytest

from tests.records.files import DATA, PENALTIES, truth
from workflow_app.records.import_clashes import Clashes
from workflow_app.records.import_files import look_at, read_rows
from workflow_app.records.import_issues import worded
from workflow_app.records.import_rules import Judged, Setting, judge

Defects = dict[int, list[dict[str, Any]]]


@pytest.fixture(scope="module")
def judged() -> dict[int, Judged]:
    with (DATA / "departments.csv").open(encoding="utf-8-sig") as file:
        departments = {line["code"]: line["name"] for line in csv.DictReader(file)}
    setting, clashes, rows = Setting(today=date(2026, 11, 24), departments=departments, digest=str), Clashes(), {}
    for number, raw in read_rows(PENALTIES, look_at(PENALTIES)):
        rows[number] = judge(number, raw, setting)
        clashes.judge(rows[number])
    return rows


@pytest.fixture(scope="module")
def defects() -> Defects:
    found = defaultdict(list)
    for defect in truth()["defects"]:
        found[defect["row"]].append(defect)
    return dict(found)


def test_every_defect_is_found_with_an_acceptable_treatment(judged: dict[int, Judged], defects: Defects) -> None:
    missed = []
    for number, planted in defects.items():
        found = {(i.field, i.code): i.treatment.value for i in judged[number].issues}
        missed += [d for d in planted if found.get((d["field"], d["code"])) not in d["acceptable"]]
    assert missed == []


def test_what_is_put_right_or_kept_has_the_value_meant(judged: dict[int, Judged], defects: Defects) -> None:
    for number, planted in defects.items():
        row = judged[number]
        for defect in planted:
            if defect["expected"] is not None and not row.is_rejected:
                day = row.days.get(defect["field"])
                assert (f"{day:%Y/%m/%d}" if day else row.texts[defect["field"]]) == defect["expected"]


def test_nothing_else_is_complained_of(judged: dict[int, Judged], defects: Defects) -> None:
    planted = {(n, d["field"], d["code"]) for n, found in defects.items() for d in found}
    assert {(n, i.field, i.code) for n, row in judged.items() for i in row.issues} == planted


def test_every_finding_is_worded_with_reason_and_remedy(judged: dict[int, Judged]) -> None:
    for number, row in judged.items():
        for found in row.issues:
            said = worded(number, found.to_json())
            assert said.message and said.remedy
            assert "{" not in said.message + said.remedy
