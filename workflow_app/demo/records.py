"""The demo's credit records: seven of one enterprise, one for each answer the law can give, one that was repaired, and a crowd."""

from datetime import date, timedelta
from typing import Any

from workflow_app.demo.people import Cast, social_code
from workflow_app.foundation.database import db, transaction
from workflow_app.people.departments import Department
from workflow_app.people.organisations import Organisation
from workflow_app.records.credit_record import CreditRecord
from workflow_app.records.import_cells import document_key

ACTS: tuple[tuple[str, str, int], ...] = (
    ("未按规定设置施工现场安全警示标志", "经查，当事人未在施工现场危险部位设置明显的安全警示标志。", 38_000),
    ("未取得资质证书承揽工程", "经查，当事人未取得建筑业企业资质证书承揽住宅小区外墙保温改造工程。", 120_000),
    ("未组织对建筑材料进行检验", "经查，当事人未对进场的商品混凝土进行检验即用于主体结构施工。", 56_000),
    ("高处作业未采取防坠落措施", "经查，当事人高处作业未设置安全防护网，未采取防坠落措施。", 80_000),
    ("未按照施工图设计文件施工", "经查，当事人未按照审查合格的施工图设计文件施工。", 96_000),
    ("未办理施工许可擅自开工", "经查，当事人未办理施工许可手续擅自开工建设。", 150_000),
)
GIVEN = "泓屹垚昱堃晟睿锦恒瑞嘉宏远博鑫达顺通"


def make_record(cast: Cast, firm: Organisation, *, serial: int, day: date, **more: Any) -> CreditRecord:
    """Return a new published record of a firm: a general fine, performed and corrected unless said otherwise."""
    act, facts, fine = ACTS[serial % len(ACTS)]
    department: Department = more.pop("department", cast.department)
    number = f"{department.organ_code}罚决〔{day.year}〕{100 + serial}号"
    values: dict[str, Any] = {
        "subject_name": firm.name,
        "subject_type": firm.subject_type,
        "subject_code": firm.code,
        "legal_representative": firm.legal_representative,
        "document_number": number,
        "document_key": document_key(number),
        "department_id": department.id,
        "department_name": department.name,
        "department_code": department.code,
        "source_name": department.name,
        "source_code": department.code,
        "determination_date": day,
        "publication_date": day + timedelta(days=4),
        "published": True,
        "publication_found_necessary": False,
        "procedure": "ordinary",
        "violation_type": act,
        "facts": facts,
        "legal_basis": "《建设工程安全生产管理条例》",
        "penalties": [{"kind": "fine", "amount_yuan": fine}],
        "penalty_text": f"罚款{fine}元",
        "credit_class": "general",
        "class_basis": "行业主管部门认定",
        "sector": department.sector,
        "fully_performed": True,
        "performed_on": day + timedelta(days=20),
        "corrected": True,
        "source_in_force": True,
        "on_serious_list": False,
        "list_basis": False,
        "status": "PUBLISHED",
    }
    record = CreditRecord(**(values | more))
    db.session.add(record)
    return record


def enterprise_records(cast: Cast, today: date) -> dict[str, int]:
    """Create the records of the demo enterprise, one per answer of the law and one that is repaired, by what they show."""
    firm = cast.enterprise

    def back(days: int) -> date:
        return today - timedelta(days=days)

    with transaction():
        made = {
            "eligible": make_record(cast, firm, serial=0, day=back(106)),
            "open": make_record(cast, firm, serial=1, day=back(161)),
            "soon": make_record(cast, firm, serial=3, day=back(91)),
            "serious": make_record(
                cast,
                firm,
                serial=5,
                day=back(159),
                credit_class="serious",
                fully_performed=None,
                penalties=[{"kind": "suspend_business"}, {"kind": "fine", "amount_yuan": 180_000}],
                penalty_text="责令停产停业，罚款180000元",
            ),
            "unclassified": make_record(cast, firm, serial=2, day=back(83), credit_class=None, class_basis=""),
            "minor": make_record(
                cast,
                firm,
                serial=4,
                day=back(43),
                credit_class="minor",
                penalties=[{"kind": "warning"}],
                penalty_text="警告",
                published=False,
                publication_date=None,
                status="NOT_PUBLISHED",
            ),
            "unperformed": make_record(
                cast, firm, serial=11, day=back(200), fully_performed=False, performed_on=None, corrected=False
            ),
        }
        made["repaired"] = make_record(cast, firm, serial=6, day=back(210), stops_on=back(210 - 365))
        db.session.flush()
        return {key: record.id for key, record in made.items()}


def crowd(cast: Cast, today: date, count: int, *, first: int = 0, department: Department | None = None) -> list[int]:
    """Create firms with one record each, of the home department or another, and return the records' ids. `first` is how
    many there are already."""
    more = {} if department is None else {"department": department}
    with transaction():
        ids = []
        for n in range(first, first + count):
            name = f"甘肃{GIVEN[n % 18]}{GIVEN[(n * 7 + 3) % 18]}{'建筑' if n % 2 else '工程'}有限公司"
            firm = Organisation(
                code=social_code("620102", 100 + n),
                name=name,
                legal_representative="王某某",
                phone="13909310000",
                created_at=db.session.get_one(Organisation, cast.enterprise.id).created_at,
            )
            db.session.add(firm)
            db.session.flush()
            record = make_record(cast, firm, serial=200 + n, day=today - timedelta(days=110 + 3 * n), **more)
            db.session.flush()
            ids.append(record.id)
        return ids
