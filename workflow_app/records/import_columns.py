"""The columns of a 双公示 penalty file: codes, headers and their variants, and what each may hold (rulebook §8.1)."""

from __future__ import annotations

from collections.abc import Mapping

from workflow_app.records.import_column_set import Columns

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
PENALTY_COLUMNS = Columns(
    headers=HEADERS,
    mandatory=MANDATORY,
    dates=DATES,
    codes=CODES,
    amounts=AMOUNTS,
    private=PRIVATE,
    may_say_none=MAY_SAY_NONE,
    lengths=LENGTHS,
)
