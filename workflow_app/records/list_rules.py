"""Judging one row of a file of list entries: a standing entry must be one for certain, and so must one that has been left."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from workflow_app.law.facts import InfoType
from workflow_app.records.import_issues import Treatment
from workflow_app.records.import_rules import (
    Judged,
    Setting,
    check_department,
    check_document,
    check_filled,
    read_cells,
)
from workflow_app.records.list_columns import LIST_COLUMNS

LIST_TYPES: Mapping[str, str] = {
    "严重失信主体名单": InfoType.SERIOUS_LIST.value,
    "经营异常名录": InfoType.ABNORMAL_LIST.value,
}
TOGETHER = (("CF_WSH", "CF_CFJGDM"), ("YC_RQ", "YC_SY"))  # both or neither


def judge_entry(number: int, raw: Mapping[str, object], setting: Setting) -> Judged:
    """Return a row judged on a day. Nothing is guessed: what cannot be read for certain is refused with its reason."""
    row = read_cells(number, raw, LIST_COLUMNS, category="XDR_LB", subject_code="XDR_SHXYM")
    check_filled(row, [*LIST_COLUMNS.mandatory, *_halves(row)])
    check_document(row, "LR_WSH")
    check_document(row, "CF_WSH")
    _list(row)
    _days(row, setting.today)
    check_department(row, "RDJG", "RDJGDM", setting)
    _reach(row, setting)
    return row


def _halves(row: Judged) -> list[str]:
    """The column that is empty although its other half says something."""
    pairs = [*TOGETHER, *((b, a) for a, b in TOGETHER)]
    return [missing for given, missing in pairs if row.texts[given] and not row.texts[missing]]


def _list(row: Judged) -> None:
    if row.texts["MD_LX"] and row.texts["MD_LX"] not in LIST_TYPES:
        row.find("MD_LX", "UNKNOWN_LIST", Treatment.REJECT)
    if row.texts["XDR_LB"] == "自然人":
        row.find("XDR_LB", "LIST_OF_PERSONS", Treatment.REJECT)


def _days(row: Judged, today: date) -> None:
    listed, left = row.days["LR_RQ"], row.days["YC_RQ"]
    for column, day in (("LR_RQ", listed), ("YC_RQ", left)):
        if day is not None and day > today:
            row.find(column, "FUTURE_DATE", Treatment.REJECT, today=f"{today:%Y/%m/%d}")
    if listed is not None and left is not None and left < listed:
        row.find("YC_RQ", "LEFT_BEFORE_LISTED", Treatment.REJECT)


def _reach(row: Judged, setting: Setting) -> None:
    """A department's people import its own entries; the penalty behind one may be another's."""
    code, cause = row.texts["RDJGDM"], row.texts["CF_CFJGDM"]
    if setting.allowed is not None and code in setting.departments and code not in setting.allowed:
        row.find("RDJG", "OTHER_DEPARTMENT", Treatment.REJECT)
    if cause and not row.has_fault("CF_CFJGDM") and cause not in setting.departments:
        row.find("CF_CFJGDM", "CAUSE_DEPARTMENT_UNKNOWN", Treatment.WARN)
