"""A file as officers really export it: every planted defect is found and treated right, no clean row is complained of."""

import csv
import json
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from workflow_app.records.import_clashes import Clashes
from workflow_app.records.import_files import read_rows
from workflow_app.records.import_rules import Judged, judge

DATA = Path(__file__).parents[1] / "data"
TODAY = date(2026, 11, 24)


@pytest.fixture(scope="module")
def departments() -> frozenset[str]:
    with (DATA / "departments.csv").open(encoding="utf-8-sig") as file:
        return frozenset(row["code"] for row in csv.DictReader(file))


@pytest.fixture(scope="module")
def defects() -> dict[int, list[dict[str, Any]]]:
    found: dict[int, list[dict[str, Any]]] = {}
    for defect in json.loads((DATA / "penalties.truth.json").read_text("utf-8"))["defects"]:
        found.setdefault(defect["row"], []).append(defect)
    return found


@pytest.fixture(scope="module")
def judged(departments: frozenset[str]) -> dict[int, Judged]:
    clashes, rows = Clashes(), {}
    for number, raw in read_rows(DATA / "penalties.xlsx"):
        rows[number] = judge(raw, today=TODAY, departments=departments)
        clashes.judge(rows[number])
    return rows


def test_every_defect_is_found_with_an_acceptable_treatment(
    judged: dict[int, Judged], defects: dict[int, list[dict[str, Any]]]
) -> None:
    for number, planted in defects.items():
        found = {(i.field, i.code): i.treatment.value for i in judged[number].issues}
        for defect in planted:
            assert found.get((defect["field"], defect["code"])) in defect["acceptable"], (number, defect["code"])


def test_what_is_put_right_has_the_value_meant(
    judged: dict[int, Judged], defects: dict[int, list[dict[str, Any]]]
) -> None:
    for number, planted in defects.items():
        for defect in planted:
            if defect["expected"] is not None and not judged[number].is_rejected:
                value = judged[number].values[defect["field"]]
                assert (value.strftime("%Y/%m/%d") if isinstance(value, date) else value) == defect["expected"]


def test_nothing_else_is_complained_of(judged: dict[int, Judged], defects: dict[int, list[dict[str, Any]]]) -> None:
    for number, row in judged.items():
        planted = {(d["field"], d["code"]) for d in defects.get(number, [])}
        assert {(i.field, i.code) for i in row.issues} <= planted, number


def test_a_gb18030_file_reads_the_same(tmp_path: Path, judged: dict[int, Judged]) -> None:
    header = "行政相对人名称,行政相对人类别,行政处罚决定书文号,违法行为类型,违法事实,处罚依据,处罚类别,处罚内容,"
    header += "处罚决定日期,处罚有效期,处罚机关,处罚机关统一社会信用代码,数据来源单位,数据来源单位统一社会信用代码\n"
    path = tmp_path / "old.csv"
    path.write_bytes((header + "䶮昇公司" + "," * 13 + "\n").encode("gb18030"))
    assert [raw["CF_XDR_MC"] for _, raw in read_rows(path)] == ["䶮昇公司"]
