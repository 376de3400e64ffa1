"""Penalty files for tests: the one of the offices with its truth, and small ones built row by row."""

import csv
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from openpyxl import Workbook

from workflow_app.records.import_columns import HEADERS, MANDATORY

DATA = Path(__file__).parents[1] / "data"
PENALTIES = DATA / "penalties.xlsx"
SUBJECTS = ("91620102MAX741788X", "91620402MAY018786N", "91623027MAW051291Q")
ROW = {
    "CF_XDR_MC": "甘肃泓屹垚建筑工程有限公司",
    "CF_XDR_LB": "法人及非法人组织",
    "CF_XDR_SHXYM": SUBJECTS[0],
    "CF_FRDB": "马珺玥",
    "CF_WSH": "兰建罚决字〔2026〕第017号",
    "CF_WFXW": "未按规定设置安全警示标志",
    "CF_SY": "经查，当事人未按规定设置施工现场安全警示标志。",
    "CF_YJ": "《建设工程安全生产管理条例》",
    "CF_CFLB": "罚款",
    "CF_NR": "处罚款人民币20000.00元",
    "CF_NR_FK": "2.000000",
    "CF_JDRQ": "2026/08/25",
    "CF_YXQ": "2099/12/31",
    "CF_CFJG": "兰州市住房和城乡建设局",
    "CF_CFJGDM": "11620100MBW381091D",
    "CF_SJLY": "兰州市住房和城乡建设局",
    "CF_SJLYDM": "11620100MBW381091D",
    "EXT_CXLX": "普通程序",
    "EXT_HYLY": "住建",
    "EXT_XYLB": "一般",
    "EXT_FLYJ": "行业分类标准",
    "EXT_LXZT": "已履行",
    "EXT_LXRQ": "2026/09/02",
    "EXT_GJRQ": "2026/08/28",
}


def truth() -> dict[str, Any]:
    """What is wrong with the file of the offices."""
    found: dict[str, Any] = json.loads((DATA / "penalties.truth.json").read_text("utf-8"))
    return found


def row(**changes: Any) -> dict[str, Any]:
    """A correct row with some cells changed."""
    return ROW | changes


def write_csv(path: Path, rows: Iterable[dict[str, Any]], *, encoding: str = "utf-8-sig", delimiter: str = ",") -> Path:
    """Write rows under the two header rows of the offices."""
    with path.open("w", encoding=encoding, newline="") as file:
        writer = csv.writer(file, delimiter=delimiter)
        writer.writerow([names[0] for names in HEADERS.values()])
        writer.writerow(["必填" if code in MANDATORY else "选填" for code in HEADERS])
        writer.writerows([[r.get(code, "") for code in HEADERS] for r in rows])
    return path


def write_xlsx(path: Path, rows: Iterable[dict[str, Any]], *, title: str = "") -> Path:
    """The same as a workbook, with a title above the headers where one is given."""
    book = Workbook()
    sheet = book.active
    if title:
        sheet.append([title])
    sheet.append([names[0] for names in HEADERS.values()])
    sheet.append(["必填" if code in MANDATORY else "选填" for code in HEADERS])
    for r in rows:
        sheet.append([r.get(code) for code in HEADERS])
    book.save(path)
    return path


def many(count: int, **changes: Any) -> list[dict[str, Any]]:
    """Correct rows that differ by their document number."""
    return [row(CF_WSH=f"兰建罚决字〔2026〕第{n}号", **changes) for n in range(1, count + 1)]
