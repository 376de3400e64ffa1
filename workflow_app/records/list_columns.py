"""The columns of a file of list entries (严重失信主体名单、经营异常名录): codes, headers and what each may hold."""

from __future__ import annotations

from collections.abc import Mapping

from workflow_app.records.import_column_set import Columns

HEADERS: Mapping[str, tuple[str, ...]] = {
    "MD_LX": ("名单类型",),
    "MD_MC": ("名单名称",),
    "XDR_MC": ("主体名称", "信用主体名称", "列入主体名称"),
    "XDR_LB": ("主体类别", "信用主体类别"),
    "XDR_SHXYM": ("统一社会信用代码", "主体统一社会信用代码"),
    "LR_WSH": ("列入决定文号", "列入决定书文号"),
    "LR_RQ": ("列入日期", "列入决定日期"),
    "LR_SY": ("列入事由", "列入原因"),
    "LR_YJ": ("列入依据",),
    "RDJG": ("认定机关", "认定单位", "列入机关"),
    "RDJGDM": ("认定机关统一社会信用代码", "认定单位统一社会信用代码"),
    "CF_WSH": ("关联处罚决定书文号",),
    "CF_CFJGDM": ("关联处罚机关统一社会信用代码",),
    "YC_RQ": ("移出日期",),
    "YC_SY": ("移出事由", "移出原因"),
}
LIST_COLUMNS = Columns(
    headers=HEADERS,
    mandatory=(
        "MD_LX",
        "MD_MC",
        "XDR_MC",
        "XDR_LB",
        "XDR_SHXYM",
        "LR_WSH",
        "LR_RQ",
        "LR_SY",
        "LR_YJ",
        "RDJG",
        "RDJGDM",
    ),
    dates=("LR_RQ", "YC_RQ"),
    certain=("YC_RQ",),
    codes=("XDR_SHXYM", "RDJGDM", "CF_CFJGDM"),
    lengths={"MD_LX": 20, "MD_MC": 120, "XDR_MC": 200, "LR_WSH": 120, "RDJG": 120, "CF_WSH": 120, "YC_SY": 200},
)
