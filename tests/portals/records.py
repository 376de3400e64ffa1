"""Records in every standing an enterprise can meet, on the small world of the tests (today is 2026-11-24)."""

from datetime import date
from typing import Any

from tests.world import World, file, make_record

LONG_NAME = "积石山保安族东乡族撒拉族自治县䶮昇建筑安装工程有限责任公司"
STANDINGS: dict[str, dict[str, Any]] = {
    "can": {},
    "going": {
        "violation_type": "未取得资质证书承揽工程",
        "penalties": [{"kind": "fine", "amount_yuan": 120000}, {"kind": "confiscate_gains", "amount_yuan": 14600}],
    },
    "wait": {
        "violation_type": "道路运输车辆未按规定维护和检测",
        "penalties": [{"kind": "fine", "amount_yuan": 6000}],
        "determination_date": date(2026, 8, 25),
        "publication_date": date(2026, 8, 28),
        "department_name": "积石山保安族东乡族撒拉族自治县交通运输局",
    },
    "cannot": {"violation_type": "高处作业未采取防坠落措施", "fully_performed": False, "performed_on": None},
    "classify": {
        "violation_type": "未按规定报送统计资料",
        "penalties": [{"kind": "fine", "amount_yuan": 48000}],
        "credit_class": None,
        "sector": "统计",
        "determination_date": date(2026, 9, 2),
    },
    "elsewhere": {
        "violation_type": "未按期公示年度报告",
        "sector": "市场监管",
        "department_name": "兰州市市场监督管理局",
        "penalties": [{"kind": "fine", "amount_yuan": 2000}],
    },
    "not_needed": {
        "violation_type": "施工围挡破损未及时修补",
        "penalties": [{"kind": "warning"}],
        "credit_class": "minor",
        "published": False,
        "publication_date": None,
        "status": "NOT_PUBLISHED",
    },
    "repaired": {"violation_type": "超标准排放污染物", "status": "REPAIRED", "published": False},
}


def make_records(world: World) -> dict[str, int]:
    """Create one record in each standing and return their ids; the one that is going has an open case."""
    found = {standing: make_record(world, **values) for standing, values in STANDINGS.items()}
    file(world, found["going"])
    return found
