"""Amounts and kinds of penalty: what a cell in 万元 and the text of a decision in 元 say, and whether they agree. Pure."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from decimal import Decimal
from functools import lru_cache
from typing import Any

from workflow_app.records.import_cells import narrow

WAN = Decimal(10_000)
CENT = Decimal("0.01")
MOST = Decimal(10) ** 14  # yuan; what the column holds, far above any fine
KINDS: Mapping[str, str] = {
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
    "行政拘留": "other",
    "其他": "other",
}
FINE, CONFISCATIONS = "罚款", ("没收违法所得", "没收非法财物")
_NUMBER = r"([0-9][0-9,]*(?:\.[0-9]+)?)(万)?元"
_FINES = (re.compile(rf"罚款[^\d;；。]{{0,12}}{_NUMBER}"), re.compile(rf"{_NUMBER}的?罚款"))
_GAINS = re.compile(rf"没收[^\d;；。]{{0,12}}所得[^\d;；。]{{0,12}}{_NUMBER}")
_GOODS = re.compile(rf"没收[^\d;；。]{{0,8}}财物[^\d;；。]{{0,16}}{_NUMBER}")


class Unreadable(ValueError):
    """A cell that is no amount in 万元."""


@lru_cache(maxsize=500)
def kind_words(text: str) -> tuple[str, ...]:
    """Return the kinds named in 处罚类别, each once; people join them by various marks."""
    words = (w.strip() for w in re.split(r"[;；,，、|/\s]+", text))
    return tuple(dict.fromkeys(w for w in words if w))


def read_wan(text: str) -> Decimal:
    """Return the yuan of a cell in 万元. Raises Unreadable for anything but a number, with or without 万元 behind it."""
    plain = re.sub(r"[\s,]", "", narrow(text)).removesuffix("万元")
    if not plain.isascii():
        raise Unreadable
    try:
        amount = Decimal(plain) * WAN
    except ArithmeticError:
        raise Unreadable from None
    if not amount.is_finite() or amount < 0 or amount >= MOST:
        raise Unreadable
    return amount.quantize(CENT)


def stated_fine(text: str) -> Decimal | None:
    """Return the fines that 处罚内容 states, in yuan and added up; None where it states none in figures."""
    plain = _plain(text)
    return next((total for pattern in _FINES if (total := _total(pattern, plain)) is not None), None)


def stated_confiscations(text: str) -> dict[str, Decimal]:
    """Return what 处罚内容 states as confiscated, in yuan by kind."""
    plain = _plain(text)
    found = {"confiscate_gains": _total(_GAINS, plain), "confiscate_goods": _total(_GOODS, plain)}
    return {kind: amount for kind, amount in found.items() if amount is not None}


def is_in_yuan(given: Decimal, stated: Decimal) -> bool:
    """Tell whether a cell under 万元 holds yuan: ten thousand times what the decision states. Nobody divides it."""
    return stated > 0 and abs(given - stated * WAN) <= WAN * CENT


def agrees(given: Decimal, stated: Decimal) -> bool:
    """Tell whether a cell and the decision state one amount, six decimals of 万元 being exact to the cent."""
    return abs(given - stated) <= CENT


def penalties(
    kinds: Sequence[str], fine: Decimal | None, confiscated: Decimal | None, text: str
) -> list[dict[str, Any]]:
    """Return the penalties of a decision as the law reads them (record.schema.json); unknown kinds are `other`."""
    codes = list(dict.fromkeys(KINDS.get(kind, "other") for kind in kinds))
    taken = [code for code in codes if code.startswith("confiscate")]
    by_kind: Mapping[str, Decimal] = {}
    if confiscated is not None and len(taken) == 1:
        by_kind = {taken[0]: confiscated}
    elif confiscated is not None:  # one column for two kinds: known only where the decision tells them apart
        stated = stated_confiscations(text)
        by_kind = stated if agrees(confiscated, sum(stated.values(), Decimal(0))) else {}
    amounts: dict[str, Decimal | None] = {"fine": fine, **by_kind}
    return [{"kind": code} | _amount(amounts.get(code)) for code in codes]


def _amount(amount: Decimal | None) -> dict[str, Any]:
    if amount is None:
        return {}
    return {"amount_yuan": int(amount) if amount == amount.to_integral_value() else float(amount)}


def _plain(text: str) -> str:
    return re.sub(r"(?<=\d)\s+|\s+(?=\d)", "", unicodedata.normalize("NFKC", text))


def _total(pattern: re.Pattern[str], text: str) -> Decimal | None:
    found = [Decimal(number.replace(",", "")) * (WAN if wan else 1) for number, wan in pattern.findall(text)]
    return sum(found, Decimal(0)) if found else None
