"""The demo's departments, enterprise and accounts: one login per role (contracts, Roles)."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import sqlalchemy as sa
from stdnum.cn import uscc

from workflow_app.foundation.database import db, transaction
from workflow_app.people.accounts import Account, Actor, Role
from workflow_app.people.department_import import import_departments
from workflow_app.people.departments import Department
from workflow_app.people.organisations import Organisation
from workflow_app.people.passwords import hash_password

DATA = Path(__file__).parent / "data"
HOME_DEPARTMENT = "兰州市住房和城乡建设局"
LEAD_DEPARTMENT = "兰州市发展和改革委员会"
LINKED_DEPARTMENT = "兰州市自然资源局"
NEIGHBOURS = ("兰州市交通运输局", "兰州市生态环境局", "城关区住房和城乡建设局")
ENTERPRISE = "积石山保安族东乡族撒拉族自治县䶮昇建筑安装工程有限责任公司"

LOGINS: tuple[tuple[str, str, Role, int], ...] = (
    ("qiye", "马珺玥", Role.APPLICANT, 1),
    ("chuangkou", "张晓梅", Role.CLERK, 1),
    ("jingban", "王丽萍", Role.OFFICER, 1),
    ("jingban2", "李建国", Role.OFFICER, 1),
    ("shenpi", "陈建军", Role.APPROVER, 1),
    ("lingdao", "赵志远", Role.LEADER, 2),
    ("xiecha", "刘海燕", Role.PROVIDER, 1),
    ("duban", "孙立新", Role.SUPERVISOR, 1),
    ("shenji", "周敏", Role.AUDITOR, 1),
    ("xitong", "吴涛", Role.SYSTEM_ADMIN, 1),
    ("anquan", "郑洁", Role.SECURITY_ADMIN, 1),
)


@dataclass(frozen=True, kw_only=True)
class Cast:
    """Who plays: actors by login, and where they sit."""

    actors: dict[str, Actor]
    department: Department
    enterprise: Organisation


def social_code(region: str, serial: int) -> str:
    """Return a well-formed code in a range that is not issued (GB 32100, GB 11714)."""
    body = f"91{region}MAX{serial:05d}"
    weights = (3, 7, 9, 10, 5, 8, 4, 2)
    alphabet = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    rest = 11 - sum(alphabet.index(c) * w for c, w in zip(body[8:], weights, strict=True)) % 11
    inner = {10: "X", 11: "0"}.get(rest, str(rest))
    return f"{body}{inner}{uscc.calc_check_digit(body + inner)}"


def make_people(password: str, now: datetime) -> Cast:
    """Import the departments and create one account per role, all with one password."""
    import_departments(DATA / "departments.csv")
    import_departments(DATA / "succession.csv")
    digest = hash_password(password)
    with transaction():
        enterprise = Organisation(
            code=social_code("622927", 1),
            name=ENTERPRISE,
            legal_representative="马珺玥",
            phone="13909310001",
            created_at=now,
        )
        db.session.add(enterprise)
        db.session.flush()
        home, lead, linked = (department_named(n) for n in (HOME_DEPARTMENT, LEAD_DEPARTMENT, LINKED_DEPARTMENT))
        seats = {Role.PROVIDER: linked, Role.SUPERVISOR: lead, Role.CLERK: lead}
        accounts = [
            Account(
                login=login,
                name=name,
                role=role,
                level=level,
                phone="13909310001",
                password_hash=digest,
                created_at=now,
                organisation_id=enterprise.id if role is Role.APPLICANT else None,
                department_id=None if role is Role.APPLICANT else seats.get(role, home).id,
            )
            for login, name, role, level in LOGINS
        ]
        db.session.add_all(accounts)
        db.session.flush()
        return Cast(actors={a.login: a.actor() for a in accounts}, department=home, enterprise=enterprise)


def department_named(name: str) -> Department:
    """Return a department by its full name."""
    return db.session.scalars(sa.select(Department).where(Department.name == name)).one()
