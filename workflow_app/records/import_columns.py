"""The columns of a 双公示 penalty file: codes, headers and their variants, and what each may hold (rulebook §8.1)."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping, Sequence

from workflow_app.records.import_cells import EMPTY_WORDS, text_of

HEADERS: Mapping[str, tuple[str, ...]] = {
    "CF_XDR_MC": ("行政相对人名称", "相对人名称", "处罚相对人名称", "当事人名称"),
    "CF_XDR_LB": ("行政相对人类别", "相对人类别"),
    "CF_XDR_SHXYM": (
        "行政相对人代码_1（统一社会信用代码）", "行政相对人代码_1", "统一社会信用代码", "相对人统一社会信用代码",
        "行政相对人统一社会信用代码",
    ),
    "CF_XDR_GSZC": ("行政相对人代码_2（工商注册号）", "行政相对人代码_2", "工商注册号"),
    "CF_XDR_ZZJG": ("行政相对人代码_3（组织机构代码）", "行政相对人代码_3", "组织机构代码"),
    "CF_XDR_SWDJ": ("行政相对人代码_4（税务登记号）", "行政相对人代码_4", "税务登记号"),
    "CF_XDR_SYDW": ("行政相对人代码_5（事业单位证书号）", "行政相对人代码_5", "事业单位证书号"),
    "CF_XDR_SHZZ": ("行政相对人代码_6（社会组织登记证号）", "行政相对人代码_6", "社会组织登记证号"),
    "CF_FRDB": ("法定代表人", "法定代表人姓名", "法人代表", "法定代表人（负责人）"),
    "CF_FR_ZJLX": ("法定代表人证件类型",),
    "CF_FR_ZJHM": ("法定代表人证件号码", "法定代表人身份证号"),
    "CF_XDR_ZJLX": ("自然人证件类型", "证件类型"),
    "CF_XDR_ZJHM": ("自然人证件号码", "证件号码", "自然人身份证号"),
    "CF_WSH": ("行政处罚决定书文号", "处罚决定书文号", "决定书文号"),
    "CF_WFXW": ("违法行为类型",),
    "CF_SY": ("违法事实", "处罚事由"),
    "CF_YJ": ("处罚依据",),
    "CF_CFLB": ("处罚类别", "行政处罚类别"),
    "CF_NR": ("处罚内容",),
    "CF_NR_FK": ("罚款金额（万元）",),
    "CF_NR_WFFF": ("没收违法所得、没收非法财物的金额（万元）", "没收金额（万元）"),
    "CF_NR_ZKDX": ("暂扣或吊销证照名称及编号",),
    "CF_JDRQ": ("处罚决定日期", "决定日期"),
    "CF_YXQ": ("处罚有效期", "处罚有效期截止日期"),
    "CF_GSJZQ": ("公示截止期", "公示截止日期"),
    "CF_CFJG": ("处罚机关", "处罚机关名称"),
    "CF_CFJGDM": ("处罚机关统一社会信用代码", "处罚机关代码"),
    "CF_SJLY": ("数据来源单位", "数据来源单位名称"),
    "CF_SJLYDM": ("数据来源单位统一社会信用代码", "数据来源单位代码"),
    "BZ": ("备注",),
    "EXT_CXLX": ("程序类型",),
    "EXT_HYLY": ("行业领域",),
    "EXT_XYLB": ("信用类别",),
    "EXT_FLYJ": ("信用类别认定依据",),
    "EXT_LXZT": ("履行状态",),
    "EXT_LXRQ": ("履行完毕日期",),
    "EXT_GJRQ": ("归集日期",),
}  # fmt: skip
MANDATORY = (
    "CF_XDR_MC", "CF_XDR_LB", "CF_WSH", "CF_WFXW", "CF_SY", "CF_YJ", "CF_CFLB", "CF_NR", "CF_JDRQ", "CF_YXQ", "CF_CFJG",
    "CF_CFJGDM", "CF_SJLY", "CF_SJLYDM",
)  # fmt: skip
DATES = ("CF_JDRQ", "CF_YXQ", "CF_GSJZQ", "EXT_LXRQ", "EXT_GJRQ")
AMOUNTS = ("CF_NR_FK", "CF_NR_WFFF")
CODES = ("CF_XDR_SHXYM", "CF_CFJGDM", "CF_SJLYDM")
PRIVATE = ("CF_FR_ZJHM", "CF_XDR_ZJHM")  # never shown, never kept in clear
MAY_SAY_NONE = ("BZ",)  # a remark 无 is a remark
LENGTHS: Mapping[str, int] = {
    "CF_XDR_MC": 200, "CF_FRDB": 60, "CF_WSH": 120, "CF_WFXW": 200, "CF_NR_ZKDX": 300, "CF_CFJG": 120, "CF_SJLY": 120,
    "BZ": 500, "EXT_HYLY": 20, "EXT_FLYJ": 200,
}  # fmt: skip
LONGEST = 20_000
MARKS = ("必填", "选填", "扩展", "填写", "不公开")
SEARCHED = 10


def title_of(code: str) -> str:
    """Return the header under which officers know a column."""
    return HEADERS[code][0]


def _plain(header: object) -> str:
    return re.sub(r"[\s*\ufeff]", "", unicodedata.normalize("NFKC", text_of(header))).upper()


_CODE_OF = {_plain(name): code for code, names in HEADERS.items() for name in (code, *names)}


class HeaderFault(ValueError):
    """The header cannot be used: `code` is missing_columns or double_columns, `names` the columns."""

    def __init__(self, code: str, names: Iterable[str]) -> None:
        super().__init__(code)
        self.code, self.names = code, tuple(names)


def map_headers(cells: Sequence[object]) -> dict[int, str]:
    """Return which cell holds which column; headers may vary in width, blanks and order, unknown ones are left out."""
    return {n: _CODE_OF[_plain(cell)] for n, cell in enumerate(cells) if _plain(cell) in _CODE_OF}


def looks_like_header(cells: Sequence[object]) -> bool:
    """Tell whether a row names columns: many files have a title above."""
    return len(map_headers(cells)) >= 5


def checked_headers(cells: Sequence[object]) -> dict[int, str]:
    """Return `map_headers` of a header row. Raises HeaderFault where mandatory columns are missing or one stands twice."""
    mapping = map_headers(cells)
    found = list(mapping.values())
    if missing := [title_of(code) for code in MANDATORY if code not in found]:
        raise HeaderFault("missing_columns", missing)
    if double := sorted({title_of(code) for code in found if found.count(code) > 1}):
        raise HeaderFault("double_columns", double)
    return mapping


def is_mark_row(cells: Sequence[object]) -> bool:
    """Tell whether a row is the second header row, which only says what must be filled."""
    words = [text_of(cell) for cell in cells if text_of(cell).strip()]
    return bool(words) and all(len(w) < 20 and any(mark in w for mark in MARKS) for w in words)


def is_empty(code: str, text: str) -> bool:
    """Tell whether a cell says nothing: blank, or a word that people put where there is nothing to say."""
    return not text or (text in EMPTY_WORDS and code not in MAY_SAY_NONE)
