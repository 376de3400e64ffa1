"""Whether the cells of a row fit together: amounts and decision, procedure and fine, performance and dates. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING

from workflow_app.law.legal_days import legal_date
from workflow_app.law.parameters import value_of
from workflow_app.records import import_amounts as amounts
from workflow_app.records.import_issues import Treatment

if TYPE_CHECKING:
    from workflow_app.records.import_rules import Judged

CLASSES: Mapping[str, str] = {"轻微": "minor", "一般": "general", "严重": "serious"}
PROCEDURES: Mapping[str, str] = {"简易程序": "summary", "普通程序": "ordinary", "一般程序": "ordinary"}
PERFORMANCES: Mapping[str, bool] = {
    "已履行": True, "全部履行": True, "履行完毕": True, "未履行": False, "部分履行": False, "分期履行中": False,
}  # fmt: skip
SUMMARY_LIMITS: Mapping[str, str] = {"自然人": "penalty.summary_limit_citizen"}
SUMMARY_LIMIT = "penalty.summary_limit_organisation"
WORDS: tuple[tuple[str, Mapping[str, object], str], ...] = (
    ("EXT_XYLB", CLASSES, "UNKNOWN_CLASS"),
    ("EXT_CXLX", PROCEDURES, "UNKNOWN_PROCEDURE"),
    ("EXT_LXZT", PERFORMANCES, "UNKNOWN_PERFORMANCE"),
)


def check_content(row: Judged, today: date) -> None:
    """Add what does not fit together to a row's issues."""
    text = row.texts["CF_NR"]
    stated = sum(amounts.stated_confiscations(text).values(), Decimal(0)) if row.yuan["CF_NR_WFFF"] else None
    _compare(row, "CF_NR_FK", amounts.stated_fine(text) if row.yuan["CF_NR_FK"] else None)
    _compare(row, "CF_NR_WFFF", stated or None)
    _kinds(row)
    _days(row, today)
    _words(row)
    _procedure(row, today)
    _performance(row, today)


def _compare(row: Judged, column: str, stated: Decimal | None) -> None:
    given = row.yuan[column]
    if given is None or stated is None or amounts.agrees(given, stated):
        return
    if amounts.is_in_yuan(given, stated):
        row.find(column, "AMOUNT_IN_YUAN", Treatment.REJECT, stated=f"{stated:,.2f}")
    else:
        row.find(column, "AMOUNT_DIFFERS", Treatment.WARN, stated=f"{stated:,.2f}")


def _kinds(row: Judged) -> None:
    kinds = amounts.kind_words(row.texts["CF_CFLB"])
    if row.texts["CF_CFLB"] and not kinds:
        row.find("CF_CFLB", "NO_PENALTY_KIND", Treatment.REJECT)
    if unknown := [word for word in kinds if word not in amounts.KINDS]:
        row.find("CF_CFLB", "UNKNOWN_PENALTY_KIND", Treatment.WARN, kinds="、".join(unknown)[:60])
    if kinds and row.yuan["CF_NR_FK"] and amounts.FINE not in kinds:
        row.find("CF_NR_FK", "AMOUNT_WITHOUT_PENALTY", Treatment.WARN)


def _days(row: Judged, today: date) -> None:
    decided, until = row.days["CF_JDRQ"], row.days["CF_YXQ"]
    if decided is None:
        return
    if decided > today:
        row.find("CF_JDRQ", "FUTURE_DATE", Treatment.REJECT, today=f"{today:%Y/%m/%d}")
    elif decided < legal_date("penalty_law_in_force"):
        row.find("CF_JDRQ", "DATE_TOO_OLD", Treatment.REJECT)
    elif until is not None and until < decided:
        row.find("CF_YXQ", "DATE_BEFORE_DECISION", Treatment.WARN)


def _words(row: Judged) -> None:
    for column, words, code in WORDS:
        if row.texts[column] and row.texts[column] not in words:
            row.find(column, code, Treatment.WARN)
    if row.texts["EXT_XYLB"] in CLASSES and not row.texts["EXT_FLYJ"]:
        row.find("EXT_FLYJ", "CLASS_WITHOUT_BASIS", Treatment.WARN)


def _procedure(row: Judged, today: date) -> None:
    """A summary decision above the limit of its day was no summary decision, or its fine is wrong (rulebook §1.2)."""
    fine, decided = row.yuan["CF_NR_FK"], row.days["CF_JDRQ"]
    if row.texts["EXT_CXLX"] != "简易程序" or fine is None or row.has_fault("CF_NR_FK"):
        return
    day = today if decided is None or row.has_fault("CF_JDRQ") else decided
    limit = value_of(SUMMARY_LIMITS.get(row.texts["CF_XDR_LB"], SUMMARY_LIMIT), on=day).value
    if fine > limit:
        row.find("EXT_CXLX", "SUMMARY_ABOVE_LIMIT", Treatment.WARN, limit=f"{limit:,}")


def _performance(row: Judged, today: date) -> None:
    state, day, decided = PERFORMANCES.get(row.texts["EXT_LXZT"]), row.days["EXT_LXRQ"], row.days["CF_JDRQ"]
    if state and not row.texts["EXT_LXRQ"]:
        row.find("EXT_LXRQ", "PERFORMED_WITHOUT_DATE", Treatment.WARN)
    if day is None:
        return
    if state is False:
        row.find("EXT_LXRQ", "DATE_WITHOUT_PERFORMANCE", Treatment.WARN)
    elif day > today:
        row.find("EXT_LXRQ", "PERFORMED_IN_FUTURE", Treatment.WARN)
    elif decided is not None and day < decided and not row.has_fault("CF_JDRQ"):
        row.find("EXT_LXRQ", "DATE_BEFORE_DECISION", Treatment.WARN)
