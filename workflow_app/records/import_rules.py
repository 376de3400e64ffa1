"""Judging one row of a penalty file on its own: what is wrong, what may be put right, its values in standard form. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from functools import cached_property
from typing import Any

from workflow_app.foundation.text import is_formula
from workflow_app.law.uscc import Reason, check
from workflow_app.records import import_amounts as amounts
from workflow_app.records.import_cells import clean, document_key, narrow, read_date, text_of
from workflow_app.records.import_column_set import LONGEST, Columns
from workflow_app.records.import_columns import PENALTY_COLUMNS
from workflow_app.records.import_content import check_content
from workflow_app.records.import_issues import Issue, Treatment, issue, strictest
from workflow_app.records.masking import IDENTITY, identity_numbers, is_identity_number

SUBJECT_TYPES: Mapping[str, str] = {
    "法人及非法人组织": "legal_entity",
    "个体工商户": "individual_business",
    "自然人": "natural_person",
}
SPELLINGS: Mapping[str, str] = {
    "法人": "法人及非法人组织", "非法人组织": "法人及非法人组织", "法人和非法人组织": "法人及非法人组织",
    "法人或非法人组织": "法人及非法人组织", "法人或其他组织": "法人及非法人组织", "法人及其他组织": "法人及非法人组织",
    "企业": "法人及非法人组织", "个体": "个体工商户", "个体户": "个体工商户", "个人": "自然人", "公民": "自然人",
}  # fmt: skip
USCC_CODES: Mapping[Reason, str] = {
    Reason.BAD_LENGTH: "USCC_LENGTH",
    Reason.BAD_CHARACTER: "USCC_CHARACTER",
    Reason.BAD_REGION: "USCC_REGION",
    Reason.BAD_CHECK_DIGIT: "USCC_CHECK_DIGIT",
}


@dataclass(frozen=True, kw_only=True)
class Setting:
    """What a row is judged against: the day, the names of all departments by code, the codes an officer may import for.

    `digest` turns an identity number into what may be kept of it. `allowed` is None where all departments are.
    """

    today: date
    departments: Mapping[str, str]
    digest: Callable[[str], str]
    allowed: frozenset[str] | None = None

    @cached_property
    def names(self) -> frozenset[str]:
        """The names of all departments."""
        return frozenset(self.departments.values())


@dataclass(kw_only=True)
class Judged:
    """A row in standard form: texts, days and yuan by column, and what was found. Identity numbers are digests."""

    number: int
    texts: dict[str, str] = field(default_factory=dict)
    days: dict[str, date | None] = field(default_factory=dict)
    yuan: dict[str, Decimal | None] = field(default_factory=dict)
    issues: list[Issue] = field(default_factory=list)

    @property
    def treatment(self) -> Treatment:
        """What becomes of the row."""
        return strictest(self.issues)

    @property
    def is_rejected(self) -> bool:
        """Whether the row must not be imported."""
        return any(i.treatment is Treatment.REJECT for i in self.issues)

    def has_fault(self, column: str) -> bool:
        """Tell whether a cell was already refused: a second complaint would only confuse."""
        return any(i.field == column and i.treatment is Treatment.REJECT for i in self.issues)

    def find(self, column: str, code: str, treatment: Treatment, **facts: Any) -> None:
        """Note something about a cell, with its text."""
        self.issues.append(issue(column, code, treatment, **({"value": self.texts.get(column, "")} | facts)))


def judge(number: int, raw: Mapping[str, object], setting: Setting) -> Judged:
    """Return a row judged on a day. Nothing is guessed: what cannot be read for certain is refused with its reason."""
    row = read_cells(number, raw, PENALTY_COLUMNS, category="CF_XDR_LB", subject_code="CF_XDR_SHXYM")
    _mandatory(row)
    check_document(row, "CF_WSH")
    _department(row, setting)
    check_content(row, setting.today)
    for column in PENALTY_COLUMNS.private:
        _keep_digest(row, column, setting.digest)
    return row


def read_cells(number: int, raw: Mapping[str, object], columns: Columns, *, category: str, subject_code: str) -> Judged:
    """Return the cells of a row in standard form, each judged on its own; the columns of the subject's kind and code are named."""
    row = Judged(number=number)
    for column in columns.headers:
        _read(row, column, text_of(raw.get(column)), columns)
    _category(row, category)
    for column in columns.codes:
        _code(row, column, is_person=column == subject_code and row.texts[category] == "自然人")
    for column in columns.dates:
        _date(row, column, columns)
    for column in columns.amounts:
        _amount(row, column)
    return row


def _read(row: Judged, column: str, text: str, columns: Columns) -> None:
    if not text:
        row.texts[column] = ""
        return
    value, changed = clean(text)
    row.texts[column] = value
    if columns.is_empty(column, value):
        row.texts[column] = ""
        return
    for code in changed:
        row.find(column, code, Treatment.NORMALISE)
    most = columns.lengths.get(column, LONGEST)
    if len(value) > most:
        row.find(column, "TOO_LONG", Treatment.REJECT, most=most)
    if column in columns.private or column in columns.dates or column in columns.amounts:
        return
    if is_formula(value):
        row.find(column, "FORMULA_INJECTION", Treatment.WARN)
    if len(value) >= 15 and identity_numbers(value):
        row.find(column, "ID_IN_PUBLIC_COLUMN", Treatment.REJECT)


def _category(row: Judged, column: str) -> None:
    word = row.texts[column]
    if known := SPELLINGS.get(word):
        row.find(column, "CATEGORY_SPELLING", Treatment.NORMALISE, now=known)
        row.texts[column] = known
    elif word and word not in SUBJECT_TYPES:
        row.find(column, "UNKNOWN_CATEGORY", Treatment.REJECT)


def _code(row: Judged, column: str, *, is_person: bool) -> None:
    text = row.texts[column]
    if not text or row.has_fault(column):
        return
    plain = narrow(text)
    checked = check(plain)
    if plain != text:
        row.find(column, "USCC_FULLWIDTH", Treatment.NORMALISE, now=checked.normalised)
    elif checked.normalised != text:
        row.find(column, "USCC_FORMAT", Treatment.NORMALISE, now=checked.normalised)
    if not checked.valid:
        row.find(column, USCC_CODES[checked.reason], Treatment.REJECT)
    elif is_person:
        row.find(column, "CODE_OF_A_PERSON", Treatment.WARN)
    row.texts[column] = checked.normalised


def _date(row: Judged, column: str, columns: Columns) -> None:
    text = row.texts[column]
    row.days[column] = None
    if not text:
        return
    read = read_date(text)
    if read.day is None and column in (*columns.mandatory, *columns.certain):
        row.find(column, "DATE_UNPARSEABLE", Treatment.REJECT)
    elif read.day is None:
        row.find(column, "DATE_LEFT_OUT", Treatment.WARN)
    elif read.form is not None:
        row.find(column, read.form, Treatment.NORMALISE, now=f"{read.day:%Y/%m/%d}")
    row.days[column] = read.day


def _amount(row: Judged, column: str) -> None:
    text = row.texts[column]
    row.yuan[column] = None
    if not text:
        return
    try:
        row.yuan[column] = amounts.read_wan(text)
    except amounts.Unreadable:
        row.find(column, "AMOUNT_UNREADABLE", Treatment.REJECT)


def _mandatory(row: Judged) -> None:
    category, kinds = row.texts["CF_XDR_LB"], amounts.kind_words(row.texts["CF_CFLB"])
    needed = [*PENALTY_COLUMNS.mandatory]
    if category in ("法人及非法人组织", "个体工商户"):
        needed.append("CF_XDR_SHXYM")
    if category == "法人及非法人组织":
        needed.append("CF_FRDB")
    if amounts.FINE in kinds:
        needed.append("CF_NR_FK")
    if any(kind in amounts.CONFISCATIONS for kind in kinds):
        needed.append("CF_NR_WFFF")
    if "暂扣许可证件" in kinds or "吊销许可证件" in kinds:
        needed.append("CF_NR_ZKDX")
    check_filled(row, needed)


def check_filled(row: Judged, needed: Iterable[str]) -> None:
    """Refuse a row in which a cell that must say something is empty."""
    for column in needed:
        if not row.texts[column]:
            row.find(column, "MISSING_MANDATORY", Treatment.REJECT)


def check_document(row: Judged, column: str) -> None:
    """A number is also kept in the form that is compared, which may be longer where one sign stands for several."""
    most = PENALTY_COLUMNS.lengths["CF_WSH"]
    if not row.has_fault(column) and len(document_key(row.texts[column])) > most:
        row.find(column, "TOO_LONG", Treatment.REJECT, most=most)


def _department(row: Judged, setting: Setting) -> None:
    code, source = row.texts["CF_CFJGDM"], row.texts["CF_SJLYDM"]
    check_department(row, "CF_CFJG", "CF_CFJGDM", setting)
    if source and not row.has_fault("CF_SJLYDM") and source not in setting.departments:
        row.find("CF_SJLY", "UNKNOWN_SOURCE", Treatment.WARN)
    if setting.allowed is None or code not in setting.departments or code in setting.allowed:
        return
    if source in setting.allowed:  # said of every such row, so that it does not tell whether that office has the record
        row.find("CF_CFJG", "REPORTED_FOR_ANOTHER", Treatment.WARN)
    else:
        row.find("CF_CFJG", "OTHER_DEPARTMENT", Treatment.REJECT)


def check_department(row: Judged, name_column: str, code_column: str, setting: Setting) -> None:
    """A department must be in the register; under another name than there it is worth a look."""
    name, code = row.texts[name_column], row.texts[code_column]
    if not name or not code or row.has_fault(code_column):
        return
    known = setting.departments.get(code)
    if known is None:
        wrong_code = name in setting.names
        row.find(code_column if wrong_code else name_column, "UNKNOWN_DEPARTMENT", Treatment.REJECT)
    elif known != name:
        row.find(name_column, "DEPARTMENT_NAME_DIFFERS", Treatment.WARN, registered=known)


def _keep_digest(row: Judged, column: str, digest: Callable[[str], str]) -> None:
    """Replace an identity number by its digest: the last moment at which it is in clear."""
    number = re.sub(r"\s", "", unicodedata.normalize("NFKC", row.texts[column])).upper()
    if not number:
        return
    row.texts[column] = ""
    kind = row.texts["CF_FR_ZJLX" if column == "CF_FR_ZJHM" else "CF_XDR_ZJLX"]
    if kind == "身份证" and not (IDENTITY.fullmatch(number) and is_identity_number(number)):
        row.find(column, "IDENTITY_NUMBER_WRONG", Treatment.WARN)
    row.texts[column] = digest(number)
