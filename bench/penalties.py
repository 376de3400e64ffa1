"""A penalty file of any length for measurements: invented subjects, real shapes, one row in twenty with something to put right."""

from __future__ import annotations

import csv
import random
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path

from workflow_app.law.uscc import check_digit
from workflow_app.records.import_columns import HEADERS, MANDATORY

DEPARTMENTS = Path(__file__).parent.parent / "workflow_app" / "demo" / "data" / "departments.csv"
BRANDS = "泓屹垚昱堃晟睿锦恒瑞嘉宏远博鑫达顺通泽润景丰"
ACTS = (
    ("未按规定设置施工现场安全警示标志", "经查，当事人未在施工现场危险部位设置明显的安全警示标志。"),
    ("未取得资质证书承揽工程", "经查，当事人未取得资质证书承揽住宅小区外墙保温改造工程。"),
    ("未组织对建筑材料进行检验", "经查，当事人未对进场的商品混凝土进行检验即用于主体结构施工。"),
    ("未办理施工许可擅自开工", "经查，当事人未办理施工许可手续擅自开工建设。"),
)
FIRST, LAST = date(2023, 1, 1), date(2026, 11, 23)


def write_penalties(path: Path, count: int, *, seed: int = 1) -> None:
    """Write a .csv with a byte-order mark, as offices export it."""
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.writer(file)
        writer.writerow([names[0] for names in HEADERS.values()])
        writer.writerow(["必填" if code in MANDATORY else "选填" for code in HEADERS])
        for row in _rows(random.Random(seed), count):
            writer.writerow([row.get(code, "") for code in HEADERS])


def _rows(rng: random.Random, count: int) -> Iterator[dict[str, str]]:
    with DEPARTMENTS.open(encoding="utf-8-sig", newline="") as file:
        departments = [d for d in csv.DictReader(file) if d["sector"] != "信用平台"]
    for serial in range(1, count + 1):
        department, (act, facts) = rng.choice(departments), rng.choice(ACTS)
        day = FIRST + timedelta(days=rng.randrange((LAST - FIRST).days))
        paid, fine = day + timedelta(days=rng.randrange(1, 200)), rng.randrange(5, 200) * 1_000
        row = {
            "CF_XDR_MC": f"甘肃{''.join(rng.choices(BRANDS, k=4))}{serial}号工程有限公司",
            "CF_XDR_LB": "法人及非法人组织",
            "CF_XDR_SHXYM": _code(serial),
            "CF_FRDB": "马珺玥",
            "CF_WSH": f"{department['organ_code']}罚决字〔{day.year}〕第{serial}号",
            "CF_WFXW": act,
            "CF_SY": facts,
            "CF_YJ": "《建设工程安全生产管理条例》",
            "CF_CFLB": "罚款",
            "CF_NR": f"处罚款人民币{fine:.2f}元",
            "CF_NR_FK": f"{fine / 10_000:.6f}",
            "CF_JDRQ": f"{day:%Y/%m/%d}",
            "CF_YXQ": "2099/12/31",
            "CF_CFJG": department["name"],
            "CF_CFJGDM": department["code"],
            "CF_SJLY": department["name"],
            "CF_SJLYDM": department["code"],
            "EXT_CXLX": "普通程序",
            "EXT_HYLY": department["sector"][:20],
            "EXT_XYLB": rng.choice(("一般", "一般", "")),
            "EXT_GJRQ": f"{min(day + timedelta(days=5), LAST):%Y/%m/%d}",
        }
        row["EXT_FLYJ"] = "行业分类标准" if row["EXT_XYLB"] else ""
        row |= {"EXT_LXZT": "已履行", "EXT_LXRQ": f"{paid:%Y/%m/%d}"} if paid <= LAST else {"EXT_LXZT": "未履行"}
        yield _untidy(row, day) if rng.random() < 0.05 else row


def _untidy(row: dict[str, str], day: date) -> dict[str, str]:
    return row | {"CF_JDRQ": f"{day.year}.{day.month}.{day.day}", "CF_XDR_MC": f" {row['CF_XDR_MC']}"}


def _code(serial: int) -> str:
    """A well-formed code in a number range that is not issued (GB 32100)."""
    first_17 = f"91620102W{serial:08d}"
    return first_17 + check_digit(first_17)
