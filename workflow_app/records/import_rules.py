"""Judging one row of a penalty file: what is wrong with it, what may be put right, and its values in standard form. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal, InvalidOperation
from enum import StrEnum
from typing import Any

from workflow_app.law.uscc import check
from workflow_app.records import import_cells as cells
from workflow_app.records.import_columns import AMOUNTS, CODES, DATES, HEADERS, MANDATORY, PRIVATE

SUBJECT_TYPES = {"法人及非法人组织": "legal_entity", "个体工商户": "individual_business", "自然人": "natural_person"}
KINDS = {
    "警告": "warning",
    "通报批评": "public_criticism",
    "罚款": "fine",
    "没收违法所得": "confiscate_gains",
    "没收非法财物": "confiscate_goods",
    "暂扣许可证件": "suspend_permit",
    "降低资质等级": "downgrade_qualification",
    "吊销许可证件": "revoke_permit",
    "限制开展生产经营活动": "restrict_business",
    "责令停产停业": "suspend_business",
    "责令关闭": "close_down",
    "限制从业": "restrict_employment",
    "其他": "other",
}
CLASSES = {"轻微": "minor", "一般": "general", "严重": "serious"}
PROCEDURES = {"简易程序": "summary", "普通程序": "ordinary", "一般程序": "ordinary", "": "ordinary"}
LENGTHS = {
    "CF_XDR_MC": 200,
    "CF_FRDB": 60,
    "CF_WSH": 120,
    "CF_WFXW": 200,
    "CF_NR_ZKDX": 300,
    "BZ": 500,
    "EXT_FLYJ": 200,
}
STATED_FINE = re.compile(r"罚款(?:人民币)?([\d,，]+(?:\.\d+)?)(万)?元")
LONG_TERM = date(2099, 12, 31)


class Treatment(StrEnum):
    """What happens to a row, from mild to strict."""

    NORMALISE = "normalise"
    WARN = "warn"
    REJECT = "reject"


@dataclass(frozen=True)
class Issue:
    """One thing about one cell."""

    field: str
    code: str
    treatment: Treatment


@dataclass
class Judged:
    """A row in standard form with what was found. `values` are texts and dates by column code."""

    values: dict[str, Any] = field(default_factory=dict)
    issues: list[Issue] = field(default_factory=list)

    @property
    def is_rejected(self) -> bool:
        """Whether the row must not be imported."""
        return any(i.treatment is Treatment.REJECT for i in self.issues)

    def find(self, column: str, code: str, treatment: Treatment) -> None:
        """Note something about a cell."""
        self.issues.append(Issue(column, code, treatment))


def judge(raw: Mapping[str, object], *, today: date, departments: Collection[str]) -> Judged:
    """Return a row judged on a day. `departments` are the codes of all registered departments."""
    row = Judged()
    for column in HEADERS:
        _read(row, column, cells.text_of(raw.get(column)), today)
    _mandatory(row)
    _categories(row)
    _amounts(row)
    code = row.values.get("CF_CFJGDM")
    if code and row.values.get("CF_CFJG") and code not in departments:
        row.find("CF_CFJG", "UNKNOWN_DEPARTMENT", Treatment.REJECT)
    return row


def _read(row: Judged, column: str, text: str, today: date) -> None:
    value, changed = cells.clean_text(text)
    for code in changed:
        row.find(column, code, Treatment.NORMALISE)
    if column in DATES:
        row.values[column] = _date(row, column, value, today)
        return
    if column in CODES:
        value = _code(row, column, value)
    elif column not in AMOUNTS and column not in PRIVATE:
        if cells.is_formula(value):
            row.find(column, "FORMULA_INJECTION", Treatment.WARN)
        if cells.has_identity_number(value):
            row.find(column, "ID_IN_PUBLIC_COLUMN", Treatment.REJECT)
    if len(value) > LENGTHS.get(column, 4000):
        row.find(column, "TOO_LONG", Treatment.REJECT)
    row.values[column] = value


def _date(row: Judged, column: str, text: str, today: date) -> date | None:
    if not text:
        return None
    if text in ("长期", "永久"):
        return LONG_TERM
    read = cells.read_date(text)
    needed = column in MANDATORY
    if read.day is None:
        row.find(column, "DATE_UNPARSEABLE", Treatment.REJECT if needed else Treatment.WARN)
        return None
    if read.form is not None:
        row.find(column, read.form, Treatment.NORMALISE)
    if column == "CF_JDRQ" and read.day > today:
        row.find(column, "FUTURE_DATE", Treatment.REJECT)
    return read.day


def _code(row: Judged, column: str, text: str) -> str:
    if not text:
        return ""
    plain = unicodedata.normalize("NFKC", text)
    if plain != text:
        row.find(column, "USCC_FULLWIDTH", Treatment.NORMALISE)
    if plain != plain.upper():
        row.find(column, "USCC_LOWERCASE", Treatment.NORMALISE)
    checked = check(plain)
    if not checked.valid:
        row.find(column, f"USCC_{str(checked.reason).removeprefix('bad_').upper()}", Treatment.REJECT)
    return checked.normalised


def _mandatory(row: Judged) -> None:
    values = row.values
    kinds, category = _kind_words(values["CF_CFLB"]), values["CF_XDR_LB"]
    needed = [*MANDATORY]
    if category != "自然人" and category:
        needed.append("CF_XDR_SHXYM")
    if category == "法人及非法人组织":
        needed.append("CF_FRDB")
    if "罚款" in kinds:
        needed.append("CF_NR_FK")
    if {"没收违法所得", "没收非法财物"} & set(kinds):
        needed.append("CF_NR_WFFF")
    if {"暂扣许可证件", "吊销许可证件"} & set(kinds):
        needed.append("CF_NR_ZKDX")
    complained = {i.field for i in row.issues if i.treatment is Treatment.REJECT}
    for column in needed:
        if not values[column] and column not in complained:
            row.find(column, "MISSING_MANDATORY", Treatment.REJECT)


def _kind_words(text: str) -> list[str]:
    return [w.strip() for w in re.split(r"[;；,，、]", text) if w.strip()]


def _categories(row: Judged) -> None:
    values = row.values
    if values["CF_XDR_LB"] and values["CF_XDR_LB"] not in SUBJECT_TYPES:
        row.find("CF_XDR_LB", "UNKNOWN_CATEGORY", Treatment.REJECT)
    if any(word not in KINDS for word in _kind_words(values["CF_CFLB"])):
        row.find("CF_CFLB", "UNKNOWN_PENALTY_KIND", Treatment.WARN)
    if values["EXT_XYLB"] and values["EXT_XYLB"] not in CLASSES:
        row.find("EXT_XYLB", "UNKNOWN_CLASS", Treatment.WARN)
    if values["EXT_CXLX"] not in PROCEDURES:
        row.find("EXT_CXLX", "UNKNOWN_PROCEDURE", Treatment.WARN)


def _amounts(row: Judged) -> None:
    """Read the amounts; a fine ten thousand times what the decision states was typed in yuan. Nobody divides it silently."""
    for column in AMOUNTS:
        text = str(row.values[column]).replace(",", "")
        row.values[column] = None
        if not text:
            continue
        try:
            amount = Decimal(unicodedata.normalize("NFKC", text))
        except InvalidOperation:
            amount = Decimal("NaN")
        if not amount.is_finite() or amount < 0 or amount > 10**10:
            row.find(column, "AMOUNT_UNREADABLE", Treatment.REJECT)
            continue
        row.values[column] = amount * 10_000
    fine, stated = row.values["CF_NR_FK"], _stated_fine(row.values["CF_NR"])
    if fine is None or stated is None or fine == stated:
        return
    if fine == stated * 10_000:
        row.find("CF_NR_FK", "AMOUNT_IN_YUAN", Treatment.REJECT)
    else:
        row.find("CF_NR_FK", "AMOUNT_DIFFERS", Treatment.WARN)


def _stated_fine(text: str) -> Decimal | None:
    found = STATED_FINE.findall(text)
    if len(found) != 1:
        return None
    number, wan = found[0]
    return Decimal(re.sub("[,，]", "", number)) * (10_000 if wan else 1)


def penalties_of(values: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the penalties of a decision as the law reads them; amounts in yuan where the file gives them."""
    kinds = [KINDS.get(word, "other") for word in _kind_words(values["CF_CFLB"])]
    result: list[dict[str, Any]] = []
    for kind in dict.fromkeys(kinds):
        penalty: dict[str, Any] = {"kind": kind}
        amount = (
            values["CF_NR_FK"] if kind == "fine" else values["CF_NR_WFFF"] if kind.startswith("confiscate") else None
        )
        if amount is not None and not (kind == "confiscate_goods" and "confiscate_gains" in kinds):
            penalty["amount_yuan"] = float(amount)
        result.append(penalty)
    return result
