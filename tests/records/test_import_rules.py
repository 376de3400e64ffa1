"""Single rows of a penalty file: what is refused, what is flagged, what is put right, and what is nobody's business."""

import time
from datetime import date, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.records.files import SUBJECTS, row
from workflow_app.records.import_cells import clean, document_key, read_date
from workflow_app.records.import_clashes import Clashes
from workflow_app.records.import_rules import Judged, Setting, judge

HOUSING, OTHER = "11620100MBW381091D", "11620200MBY7808897"
SETTING = Setting(
    today=date(2026, 11, 24),
    departments={HOUSING: "兰州市住房和城乡建设局"},
    digest=lambda number: f"digest of {number}",
)


def found(**changes: Any) -> set[tuple[str, str, str]]:
    return {(i.field, i.code, i.treatment.value) for i in judge(3, row(**changes), SETTING).issues}


def test_a_correct_row_is_left_in_peace() -> None:
    assert found() == set()


@pytest.mark.parametrize(
    ("cell", "day", "code"),
    [
        ("2026/08/25", date(2026, 8, 25), None),
        ("2026-8-5", date(2026, 8, 5), "DATE_FORMAT"),
        ("2026/08/25 00:00:00", date(2026, 8, 25), "DATE_FORMAT"),
        ("20260825", date(2026, 8, 25), "DATE_FORMAT"),
        ("2026.8.25", date(2026, 8, 25), "DATE_DOTTED"),
        ("２０２６年８月２５日", date(2026, 8, 25), "DATE_CHINESE"),
        ("二〇二六年八月二十五日", date(2026, 8, 25), "DATE_HANZI"),
        ("二〇二六年十月三十一日", date(2026, 10, 31), "DATE_HANZI"),
        ("46259", date(2026, 8, 25), "DATE_EXCEL_SERIAL"),
        ("长期", date(2099, 12, 31), "DATE_LONG_TERM"),
    ],
)
def test_dates_as_people_write_them(cell: str, day: date, code: str | None) -> None:
    assert read_date(cell) == (day, code)


@pytest.mark.parametrize(
    "cell",
    ["2026/02/30", "2026年3月上旬", "见决定书", "18/2026", "3/5/2026", "26/3/5", "2026/13/01", "二〇二六年十三月五日",
     "二〇二六年十十月五日", "0000/00/00", "2026", "12", "4625900", "²026/01/01", "٢٠٢٦/٠١/٠١x"],
)  # fmt: skip
def test_what_is_no_certain_date_is_not_guessed(cell: str) -> None:
    assert read_date(cell).day is None


@given(st.dates(date(1950, 1, 1), date(2099, 12, 31)))
def test_a_day_is_itself_in_every_form(day: date) -> None:
    serial = (day - date(1899, 12, 30)).days
    forms = (
        f"{day:%Y/%m/%d}",
        f"{day.year}.{day.month}.{day.day}",
        f"{day.year}年{day.month}月{day.day}日",
        str(serial),
    )
    assert {read_date(form).day for form in forms} == {day}


@given(st.text(max_size=40))
def test_any_text_is_read_without_an_accident(text: str) -> None:
    read_date(text)
    value, _ = clean(text)
    assert clean(value) == (value, ()) or "_x000" in text


def test_a_real_date_cell_is_a_date() -> None:
    assert found(CF_JDRQ=datetime(2026, 8, 25)) == set()


@pytest.mark.parametrize(
    ("column", "cell", "code", "treatment"),
    [
        ("CF_XDR_SHXYM", "91620102MAX741788Y", "USCC_CHECK_DIGIT", "reject"),
        ("CF_XDR_SHXYM", "91620102MAX74178", "USCC_LENGTH", "reject"),
        ("CF_XDR_SHXYM", "9162O102MAX741788X", "USCC_CHARACTER", "reject"),
        ("CF_XDR_SHXYM", "９１６２０１０２ＭＡＸ７４１７８８Ｘ", "USCC_FULLWIDTH", "normalise"),
        ("CF_XDR_SHXYM", "91620102max741788x", "USCC_FORMAT", "normalise"),
        ("CF_XDR_SHXYM", "", "MISSING_MANDATORY", "reject"),
        ("CF_FRDB", "", "MISSING_MANDATORY", "reject"),
        ("CF_SY", "\u3000 ", "MISSING_MANDATORY", "reject"),
        ("CF_NR_FK", "/", "MISSING_MANDATORY", "reject"),
        ("CF_XDR_LB", "有限公司", "UNKNOWN_CATEGORY", "reject"),
        ("CF_XDR_LB", "法人", "CATEGORY_SPELLING", "normalise"),
        ("CF_JDRQ", "2026/11/25", "FUTURE_DATE", "reject"),
        ("CF_JDRQ", "1983/01/01", "DATE_TOO_OLD", "reject"),
        ("CF_YXQ", "2026/08/24", "DATE_BEFORE_DECISION", "warn"),
        ("EXT_LXRQ", "2026/08/01", "DATE_BEFORE_DECISION", "warn"),
        ("EXT_LXRQ", "2027/01/01", "PERFORMED_IN_FUTURE", "warn"),
        ("EXT_LXRQ", "", "PERFORMED_WITHOUT_DATE", "warn"),
        ("EXT_GJRQ", "八月底", "DATE_LEFT_OUT", "warn"),
        ("CF_NR_FK", "20000.000000", "AMOUNT_IN_YUAN", "reject"),
        ("CF_NR_FK", "20000", "AMOUNT_IN_YUAN", "reject"),
        ("CF_NR_FK", "2.5", "AMOUNT_DIFFERS", "warn"),
        ("CF_NR_FK", "贰万元", "AMOUNT_UNREADABLE", "reject"),
        ("CF_NR_FK", "-2", "AMOUNT_UNREADABLE", "reject"),
        ("CF_NR_FK", "NaN", "AMOUNT_UNREADABLE", "reject"),
        ("CF_NR_FK", "1e999999", "AMOUNT_UNREADABLE", "reject"),
        ("BZ", "=1+1", "FORMULA_INJECTION", "warn"),
        ("BZ", "＠SUM(1)", "FORMULA_INJECTION", "warn"),
        ("BZ", "联系人身份证号620500186909306927", "ID_IN_PUBLIC_COLUMN", "reject"),
        ("CF_SY", "经查，当事人（６２０５００１８６９０９３０６９２７）违法。", "ID_IN_PUBLIC_COLUMN", "reject"),
        ("CF_XDR_MC", "张三（身份证：620500690930692）", "ID_IN_PUBLIC_COLUMN", "reject"),
        ("CF_XDR_MC", "甘肃\u202e泓屹有限公司", "INVISIBLE_CHARACTER", "normalise"),
        ("CF_XDR_MC", "\u00a0甘肃泓屹有限公司", "STRAY_SPACE", "normalise"),
        ("CF_SY", "经查，\r\n当事人违法。", "LINE_BREAK", "normalise"),
        ("CF_XDR_MC", "长" * 201, "TOO_LONG", "reject"),
        ("EXT_XYLB", "较重", "UNKNOWN_CLASS", "warn"),
        ("EXT_FLYJ", "", "CLASS_WITHOUT_BASIS", "warn"),
        ("EXT_CXLX", "快速程序", "UNKNOWN_PROCEDURE", "warn"),
        ("EXT_CXLX", "简易程序", "SUMMARY_ABOVE_LIMIT", "warn"),
        ("EXT_LXZT", "不详", "UNKNOWN_PERFORMANCE", "warn"),
        ("CF_CFLB", "罚款;记过", "UNKNOWN_PENALTY_KIND", "warn"),
        ("CF_CFLB", "、", "NO_PENALTY_KIND", "reject"),
        ("CF_CFLB", ";；|", "NO_PENALTY_KIND", "reject"),
        ("CF_WSH", "\ufdfa" * 100, "TOO_LONG", "reject"),
        ("CF_SJLYDM", "11621121MBX1374963", "UNKNOWN_SOURCE", "warn"),
        ("CF_CFJG", "兰州市住建局", "DEPARTMENT_NAME_DIFFERS", "warn"),
    ],
)  # fmt: skip
def test_a_cell_is_treated_as_it_deserves(column: str, cell: str, code: str, treatment: str) -> None:
    issues = found(**{column: cell})
    where = "CF_SJLY" if code == "UNKNOWN_SOURCE" else column
    assert (where, code, treatment) in issues
    assert len(issues) == 1


def test_an_unknown_department_is_named_once() -> None:
    unknown = {"CF_CFJG": "市容整治专班", "CF_CFJGDM": "11621121MBX1374963"}
    assert found(**unknown) == {("CF_CFJG", "UNKNOWN_DEPARTMENT", "reject")}
    assert found(CF_CFJGDM="11621121MBX1374963") == {("CF_CFJGDM", "UNKNOWN_DEPARTMENT", "reject")}


def test_a_department_imports_its_own_penalties_only() -> None:
    bound = Setting(today=SETTING.today, departments=SETTING.departments, digest=str, allowed=frozenset({"x"}))
    assert {i.code for i in judge(3, row(), bound).issues} == {"OTHER_DEPARTMENT"}


def test_who_reports_for_another_department_is_told_so_whatever_that_one_has() -> None:
    names = SETTING.departments | {OTHER: "嘉峪关市应急管理局"}
    bound = Setting(today=SETTING.today, departments=names, digest=str, allowed=frozenset({OTHER}))
    reported = row(CF_SJLY="嘉峪关市应急管理局", CF_SJLYDM=OTHER)
    assert [(i.code, i.treatment) for i in judge(3, reported, bound).issues] == [("REPORTED_FOR_ANOTHER", "warn")]


def test_a_natural_person_needs_no_code_and_leaves_no_number() -> None:
    person = row(
        CF_XDR_MC="马某", CF_XDR_LB="自然人", CF_XDR_SHXYM="", CF_FRDB="", CF_XDR_ZJLX="身份证",
        CF_XDR_ZJHM="620500186909306927", CF_NR="处罚款人民币200.00元", CF_NR_FK="0.020000",
    )  # fmt: skip
    judged = judge(3, person, SETTING)
    assert judged.issues == []
    assert judged.texts["CF_XDR_ZJHM"] == "digest of 620500186909306927"


def test_no_identity_number_is_left_in_what_is_reported() -> None:
    judged = judge(3, row(BZ="身份证号：620500186909306927，电话13909310001"), SETTING)
    assert [i.facts["value"] for i in judged.issues] == ["身份证号:620***********6927,电话139****0001"]


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("兰建罚决字〔2026〕第017号", "兰建罚决字[2026]17号"),
        ("（兰）建罚决〔2026〕003号", "(兰)建罚决【2026】第 3 号"),
        ("兰建罚决字〔2026〕17号", "兰建罚决字（２０２６）１７"),
    ],
)
def test_one_document_number_in_two_spellings(one: str, other: str) -> None:
    assert document_key(one) == document_key(other)


@pytest.mark.parametrize(
    "other", ["兰建罚字〔2026〕17号", "兰建罚决字〔2025〕17号", "兰建罚决字〔2026〕170号", "兰建罚决字〔2026〕1号"]
)
def test_different_document_numbers_stay_different(other: str) -> None:
    assert document_key("兰建罚决字〔2026〕17号") != document_key(other)


def clashes(*rows: dict[str, Any]) -> list[set[str]]:
    memory, result = Clashes(), []
    for number, raw in enumerate(rows, 3):
        judged = judge(number, raw, SETTING)
        memory.judge(judged)
        result.append({i.code for i in judged.issues})
    return result


def test_the_same_record_twice_is_taken_once() -> None:
    assert clashes(row(), row(CF_WSH="兰建罚决字[2026]17号")) == [set(), {"DUPLICATE_RECORD"}]


def test_one_decision_may_name_two_subjects() -> None:
    other = row(CF_XDR_MC="白银某某有限公司", CF_XDR_SHXYM=SUBJECTS[1])
    assert clashes(row(), other, other) == [set(), {"DUPLICATE_DOCUMENT_NUMBER"}, {"DUPLICATE_RECORD"}]


def test_one_name_for_two_codes_is_flagged_once_and_the_first_never() -> None:
    second = row(CF_WSH="兰建罚决字〔2026〕18号", CF_XDR_SHXYM=SUBJECTS[1])
    third, fourth = row(CF_WSH="兰建罚决字〔2026〕19号"), second | {"CF_WSH": "兰建罚决字〔2026〕20号"}
    assert clashes(row(), second, third, fourth) == [set(), {"SAME_NAME_OTHER_CODE"}, set(), set()]


def test_a_refused_row_is_no_earlier_row() -> None:
    assert clashes(row(CF_JDRQ="见决定书"), row())[1] == set()


def test_a_row_takes_a_fraction_of_a_millisecond() -> None:
    start = time.perf_counter()
    for number in range(500):
        judge(number, row(), SETTING)
    assert time.perf_counter() - start < 1


def test_amounts_go_to_their_kind_only_where_the_decision_tells_them_apart() -> None:
    from workflow_app.records.import_values import content_of

    def penalties(**changes: Any) -> Any:
        judged: Judged = judge(3, row(**changes), SETTING)
        return content_of(judged)["penalties"]

    both = "没收违法所得;没收非法财物"
    told = "没收违法所得1000.50元;没收非法财物（价值2000.00元）"
    assert penalties(CF_CFLB=both, CF_NR=told, CF_NR_FK="", CF_NR_WFFF="0.300050") == [
        {"kind": "confiscate_gains", "amount_yuan": 1000.5},
        {"kind": "confiscate_goods", "amount_yuan": 2000},
    ]
    assert penalties(CF_CFLB=both, CF_NR="没收全部违法所得和财物", CF_NR_FK="", CF_NR_WFFF="0.3") == [
        {"kind": "confiscate_gains"},
        {"kind": "confiscate_goods"},
    ]
    assert penalties() == [{"kind": "fine", "amount_yuan": 20000}]
