"""The columns of a 双公示 penalty file: codes, headers and their variants, and which must be filled (rulebook §8.1)."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Sequence

HEADERS: dict[str, tuple[str, ...]] = {
    "CF_XDR_MC": ("行政相对人名称",),
    "CF_XDR_LB": ("行政相对人类别",),
    "CF_XDR_SHXYM": ("行政相对人代码_1(统一社会信用代码)", "统一社会信用代码", "行政相对人代码_1"),
    "CF_XDR_GSZC": ("行政相对人代码_2(工商注册号)", "行政相对人代码_2"),
    "CF_XDR_ZZJG": ("行政相对人代码_3(组织机构代码)", "行政相对人代码_3"),
    "CF_XDR_SWDJ": ("行政相对人代码_4(税务登记号)", "行政相对人代码_4"),
    "CF_XDR_SYDW": ("行政相对人代码_5(事业单位证书号)", "行政相对人代码_5"),
    "CF_XDR_SHZZ": ("行政相对人代码_6(社会组织登记证号)", "行政相对人代码_6"),
    "CF_FRDB": ("法定代表人", "法定代表人姓名"),
    "CF_FR_ZJLX": ("法定代表人证件类型",),
    "CF_FR_ZJHM": ("法定代表人证件号码",),
    "CF_XDR_ZJLX": ("自然人证件类型", "证件类型"),
    "CF_XDR_ZJHM": ("自然人证件号码", "证件号码"),
    "CF_WSH": ("行政处罚决定书文号", "决定书文号"),
    "CF_WFXW": ("违法行为类型",),
    "CF_SY": ("违法事实",),
    "CF_YJ": ("处罚依据",),
    "CF_CFLB": ("处罚类别",),
    "CF_NR": ("处罚内容",),
    "CF_NR_FK": ("罚款金额(万元)",),
    "CF_NR_WFFF": ("没收违法所得、没收非法财物的金额(万元)", "没收金额(万元)"),
    "CF_NR_ZKDX": ("暂扣或吊销证照名称及编号",),
    "CF_JDRQ": ("处罚决定日期",),
    "CF_YXQ": ("处罚有效期",),
    "CF_GSJZQ": ("公示截止期",),
    "CF_CFJG": ("处罚机关",),
    "CF_CFJGDM": ("处罚机关统一社会信用代码",),
    "CF_SJLY": ("数据来源单位",),
    "CF_SJLYDM": ("数据来源单位统一社会信用代码",),
    "BZ": ("备注",),
    "EXT_CXLX": ("程序类型",),
    "EXT_HYLY": ("行业领域",),
    "EXT_XYLB": ("信用类别",),
    "EXT_FLYJ": ("信用类别认定依据",),
    "EXT_LXZT": ("履行状态",),
    "EXT_LXRQ": ("履行完毕日期",),
    "EXT_GJRQ": ("归集日期",),
}
MANDATORY = (
    "CF_XDR_MC",
    "CF_XDR_LB",
    "CF_WSH",
    "CF_WFXW",
    "CF_SY",
    "CF_YJ",
    "CF_CFLB",
    "CF_NR",
    "CF_JDRQ",
    "CF_YXQ",
    "CF_CFJG",
    "CF_CFJGDM",
    "CF_SJLY",
    "CF_SJLYDM",
)
DATES = ("CF_JDRQ", "CF_YXQ", "CF_GSJZQ", "EXT_LXRQ", "EXT_GJRQ")
AMOUNTS = ("CF_NR_FK", "CF_NR_WFFF")
CODES = ("CF_XDR_SHXYM", "CF_CFJGDM", "CF_SJLYDM")
PRIVATE = ("CF_FR_ZJHM", "CF_XDR_ZJHM")


def _plain(header: object) -> str:
    return re.sub(r"\s", "", unicodedata.normalize("NFKC", str(header or ""))).strip("*")


_CODE_OF = {_plain(name): code for code, names in HEADERS.items() for name in (code, *names)}


def title_of(code: str) -> str:
    """Return the header under which officers know a column."""
    return HEADERS[code][0]


def map_headers(cells: Sequence[object]) -> dict[int, str]:
    """Return which cell holds which column; headers may vary in width, spaces and marks."""
    return {i: _CODE_OF[_plain(cell)] for i, cell in enumerate(cells) if _plain(cell) in _CODE_OF}


def missing_columns(mapping: dict[int, str]) -> list[str]:
    """Return the headers of mandatory columns that a file lacks."""
    return [title_of(code) for code in MANDATORY if code not in mapping.values()]


def is_mark_row(cells: Sequence[object]) -> bool:
    """Tell whether a row is the second header row, which only says what must be filled."""
    words = [str(c) for c in cells if c]
    return bool(words) and all(any(m in w for m in ("必填", "选填", "扩展", "填写")) for w in words)
