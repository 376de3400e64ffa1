"""The town of the matrix: people of every role inside and outside of the scope of one enterprise's cases in every state."""

from dataclasses import dataclass, field, replace
from datetime import date
from io import BytesIO
from pathlib import Path
from typing import Any

import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from PIL import Image as Picture

from tests import world as w
from tests.authz.images import Image, PostgresImage, SqliteImage
from tests.entries import make_entry
from tests.portals.clients import client_of, open_doors
from tests.processes import objections
from workflow_app.actions.add_evidence import add_evidence
from workflow_app.actions.answer_papers import add_answer_paper
from workflow_app.actions.ask_enquiry import ask_enquiry
from workflow_app.actions.authorise_agent import offer_mandate
from workflow_app.actions.claim_task import claim_task
from workflow_app.actions.confirm_address import confirm_address
from workflow_app.actions.enrol import add_paper, claim_subject, submit_enrolment
from workflow_app.actions.extend_deadline import request_extension
from workflow_app.actions.file_several import file_several
from workflow_app.actions.issue_advice import issue_advice
from workflow_app.actions.prepare_advice import advice_sweep
from workflow_app.actions.propose_change import propose_change
from workflow_app.actions.serve_letter import note_attempt
from workflow_app.actions.settle_write_back import STEP as WRITE_BACK_STEP
from workflow_app.actions.stay_case import request_resumption, request_stay, settle_stay
from workflow_app.actions.urge_case import urge_case
from workflow_app.actions.withdraw_application import withdraw_application
from workflow_app.cases.case import Case
from workflow_app.cases.deadlines import Deadline
from workflow_app.cases.tasks import CaseTask
from workflow_app.factory import create_app
from workflow_app.foundation.database import db, transaction
from workflow_app.jobs.state import JobState, JobStatus
from workflow_app.letters.bundles import LetterBundle
from workflow_app.letters.letter import Letter
from workflow_app.people.accounts import Account, Actor, Role
from workflow_app.people.authority_papers import AuthorityPaper
from workflow_app.people.department_register import values_of
from workflow_app.people.departments import Department
from workflow_app.records.credit_record import CreditRecord
from workflow_app.records.import_batches import BatchState, ImportBatch
from workflow_app.records.measure_notices import order_lifting
from workflow_app.records.measures import Measure, RecordMeasure
from workflow_app.records.record_tasks import RecordTaskKind, open_task
from workflow_app.settings import Settings

NEIGHBOUR, PROVINCE, FAR = "11620200MBY780889C", "11620000MBY832837U", "11620900MBX1374963"
# Column of the matrix → login, role, code of the department; those of the small world of the tests exist already.
PEOPLE: dict[str, tuple[str, Role, str]] = {
    "AP": ("qiye", Role.APPLICANT, ""),
    "AX": ("waibu", Role.APPLICANT, ""),
    "CL": ("chuangkou", Role.CLERK, ""),
    "OF": ("jingban", Role.OFFICER, w.HOUSING),
    "OD": ("jingban2", Role.OFFICER, w.HOUSING),
    "OX": ("linju", Role.OFFICER, NEIGHBOUR),
    "PR": ("xiecha", Role.PROVIDER, NEIGHBOUR),
    "DS": ("shenpi", Role.APPROVER, w.HOUSING),
    "LD": ("lingdao", Role.LEADER, w.HOUSING),
    "DX": ("linshen", Role.APPROVER, NEIGHBOUR),
    "PC": ("duban", Role.SUPERVISOR, w.HOUSING),
    "PP": ("sheng", Role.SUPERVISOR, PROVINCE),
    "PX": ("yuan", Role.SUPERVISOR, FAR),
    "AU": ("shenji", Role.AUDITOR, ""),
    "SY": ("xitong", Role.SYSTEM_ADMIN, ""),
    "SE": ("anquan", Role.SECURITY_ADMIN, ""),
}
SUBJECT_NAME = "甘肃泓屹垚建筑工程有限公司"


@dataclass
class Town:
    """The application, a signed-in client per column, what addresses name, and the database as it was in the beginning."""

    app: Flask
    image: Image
    names: dict[str, Any]
    people: dict[str, Actor]
    clients: dict[str, FlaskClient] = field(default_factory=dict)
    cookies: dict[str, str] = field(default_factory=dict)
    original: dict[str, str] = field(default_factory=dict)

    def keep(self) -> None:
        """Remember the database as it is now."""
        self.image.keep(self.app)
        self.original = self.state()

    def restore(self) -> None:
        """Put the database back."""
        self.image.restore(self.app)
        self._jobs()

    def state(self) -> dict[str, str]:
        """Everything but logs of who looked and who was refused, by table."""
        return self.image.state()

    def client(self, column: str) -> FlaskClient:
        """The browser of a column, signed in whatever was asked through it before."""
        client, cookie = self.clients[column], self.cookies[column]
        client.set_cookie("casework", cookie) if cookie else client.delete_cookie("casework")
        return client

    def _jobs(self) -> None:
        queue = self.app.extensions["jobs"]
        queue.reset()
        for key, name in (("wb:x", "writeback"), ("letter:x", "letters")):
            queue.jobs[key] = JobState(
                key=key, job="x", queue=name, args=(), attempt=1, status=JobStatus.FAILED, error="x",
                first_at=w.NOON, since=w.NOON,
            )  # fmt: skip
        queue.jobs["letter:done"] = replace(
            queue.jobs["letter:x"], key="letter:done", status=JobStatus.DONE, error=None
        )


def build(folder: Path, postgres: str = "") -> Town:
    """Build the town on an SQLite database of its own, or on an empty PostgreSQL database by its address."""
    return _build(folder, postgres, full=True)


def build_empty(folder: Path) -> Town:
    """Build a town of the same people in which nothing has happened yet."""
    return _build(folder, "", full=False)


def _build(folder: Path, postgres: str, *, full: bool) -> Town:
    path = folder / "town.sqlite3"
    settings = Settings(
        database_url=postgres or f"sqlite:///{path}",
        data_dir=folder,
        secret_key="k",
        environment="test",
        fixed_now=w.NOON,
    )
    app = create_app(settings)
    app.config["WTF_CSRF_ENABLED"] = False  # the token has tests of its own; here every form arrives
    with app.app_context():
        db.create_all()
        world = w.make_world()
        people = _people()
        names = _cases(world, people, app) | _registers(people) if full else {}
        open_doors()
    town = Town(app=app, image=PostgresImage(postgres) if postgres else SqliteImage(path), names=names, people=people)
    town.clients = {column: client_of(app, login) for column, (login, _, _) in PEOPLE.items()}
    town.clients["AN"] = app.test_client()
    kept = {column: client.get_cookie("casework") for column, client in town.clients.items()}
    town.cookies = {column: cookie.value if cookie else "" for column, cookie in kept.items()}
    town.keep()
    town.restore()
    return town


def _people() -> dict[str, Actor]:
    with transaction():
        province = w.department(PROVINCE, "甘肃省住房和城乡建设厅", short_name="省住建厅", level="province", city="")
        far = w.department(FAR, "嘉峪关市发展和改革委员会", short_name="嘉峪关发改委", city="嘉峪关市", lead=True)
        db.session.add_all([province, far])
        db.session.flush()
        known = {a.login: a for a in db.session.scalars(sa.select(Account))}
        seats = {d.code: d.id for d in db.session.scalars(sa.select(Department))}
        for login, role, code in PEOPLE.values():
            if login not in known:
                known[login] = Account(
                    login=login, name=login, role=role, level=2 if role is Role.LEADER else 1,
                    department_id=seats.get(code), password_hash="!", created_at=w.NOON,
                )  # fmt: skip
                db.session.add(known[login])
        db.session.flush()
        return {column: known[login].actor() for column, (login, _, _) in PEOPLE.items()}


def _cases(world: w.World, people: dict[str, Actor], app: Flask) -> dict[str, Any]:
    officer, numbers = people["OF"], {}
    for name in (
        "filed",
        "asked",
        "accepted",
        "extended",
        "enquired",
        "answered",
        "stayed",
        "resuming",
        "proposed",
        "closed",
        "unknown",
    ):
        numbers[name] = w.file(world, w.make_record(world))
    forms = {w.make_record(world): dict(w.FILING) for _ in range(2)}
    filing_id = file_several(key="town", forms=forms, actor=world.applicant, now=w.NOON)
    claim_task(task_id=w.task(numbers["filed"]).id, actor=officer, now=w.NOON)
    missing = [{"name": "授权委托书", "requirement": "加盖公章"}]
    w.answer(numbers["asked"], officer, {"outcome": "correct", "missing_items": missing, "basis_article": "第八条"})
    for name in ("accepted", "extended", "enquired", "answered", "stayed", "resuming", "proposed", "unknown"):
        w.answer(numbers[name], officer, w.ACCEPTED)
    request_extension(case_number=numbers["extended"], reason="情况复杂", actor=officer, now=w.NOON)
    w.answer(numbers["proposed"], officer, w.proposal(numbers["proposed"]))
    closing = w.case(numbers["closed"])
    withdraw_application(
        case_number=closing.number, case_version=closing.row_version, reason="", actor=world.applicant, now=w.NOON
    )
    text = "请说明进度。"
    slip = urge_case(case_number=numbers["filed"], text=text, idempotency_key=None, actor=people["PC"], now=w.NOON)
    slip_id = slip.id
    advice_id = w.make_record(world)
    advice_sweep(w.NOON)
    issue_advice(record_id=advice_id, actor=officer, now=w.NOON)
    app.extensions["jobs"].drain(app, raising=False)
    picture = BytesIO()
    Picture.new("RGB", (40, 40)).save(picture, "PNG")
    evidence = add_evidence(
        purpose="other", filename="回单.png", content=picture.getvalue(), case_number=numbers["filed"],
        actor=world.applicant, now=w.NOON,
    )  # fmt: skip
    evidence_id = evidence.id
    answered = _enquiry(numbers["answered"], picture.getvalue(), world, people)
    w.answer(numbers["answered"], people["PR"], {"finding": "confirmed", "answer": "属实。"})
    enquiry = _enquiry(numbers["enquired"], picture.getvalue(), world, people) | _stays(numbers, people)
    enquiry |= {"answered_enquiry": answered["enquiry"], "sent_paper": answered["answer_paper"]}
    app.extensions["jobs"].drain(app, raising=False)
    with transaction():
        unknown = w.case(numbers["unknown"])
        task = CaseTask(case_id=unknown.id, step=WRITE_BACK_STEP, role=Role.CLERK, opened_at=w.NOON)
        db.session.add(task)
        db.session.flush()
        unknown_task = task.id
    served = _served(numbers["proposed"], picture.getvalue(), people)
    return numbers | served | _asked(world) | _named(world, numbers) | enquiry | {
        "evidence": evidence_id, "unknown_task": unknown_task, "filing": filing_id, "slip": slip_id, "advice": advice_id
    }  # fmt: skip


def _served(number: str, picture: bytes, people: dict[str, Actor]) -> dict[str, Any]:
    """An attempt to serve a letter with its proof, and a confirmation of its addressee's address that was signed on paper."""
    letter = db.session.scalars(sa.select(Letter).where(Letter.case_no == number)).one()
    form = {"attempt": "direct:absent", "tried_on": "2026-11-24", "server": "x", "place": "x", "reason": "x"}
    subject, signed = letter.organisation_id or 0, {"signer_name": "x", "signed_on": "2026-11-24"}
    tried = note_attempt(letter_id=letter.id, form=form, files=[("x.png", picture)], actor=people["OF"], now=w.NOON)
    attempt_id, proof_id = tried.id, tried.proofs[0].id
    address = {"receiver": "x", "phone": "13900000001", "postal_address": "x"} | signed
    kept = confirm_address(
        organisation_id=subject, form=address, paper=("x.png", picture), actor=people["CL"], now=w.NOON
    )
    return {"attempt": attempt_id, "proof": proof_id, "confirmation": kept.id}


def _asked(world: w.World) -> dict[str, Any]:
    """A question of the officer's department to the neighbour's, on an objection."""
    number = objections.file(world, w.make_record(world, source_code=NEIGHBOUR))
    w.answer(number, world.officer, {"outcome": "accepted"})
    w.answer(number, world.clerk, objections.CHECKED)
    w.answer(number, world.officer, objections.ASKED)
    return {"asked_question": objections.question(number)}


def _enquiry(number: str, picture: bytes, world: w.World, people: dict[str, Actor]) -> dict[str, Any]:
    """A question to the neighbour, with a paper along and one already laid in for the answer."""
    sent = add_evidence(
        purpose="other", filename="x.png", content=picture, case_number=number, actor=world.applicant, now=w.NOON
    ).id
    asked = ask_enquiry(
        case_number=number, case_version=w.case(number).row_version, department_code=NEIGHBOUR, question="是否属实？",
        reply_how="x", basis_article="x", evidence_ids=[sent], idempotency_key=None, actor=people["OF"], now=w.NOON,
    )  # fmt: skip
    enquiry_id, asked_paper = asked.id, asked.sent[0].id
    kept = add_answer_paper(enquiry_id=enquiry_id, filename="x.png", content=picture, actor=people["PR"], now=w.NOON)
    return {"enquiry": enquiry_id, "asked_paper": asked_paper, "answer_paper": kept.id}


def _stays(numbers: dict[str, str], people: dict[str, Actor]) -> dict[str, Any]:
    """A stay that waits for its word, and one whose end does."""
    found: dict[str, Any] = {}
    for name in ("stayed", "resuming"):
        request_stay(
            case_number=numbers[name], ground="appraisal", facts="x", paper="x", actor=people["OF"], now=w.NOON
        )
        found["stay_task" if name == "stayed" else "granted"] = _beside(numbers[name])
    settle_stay(task_id=found.pop("granted"), granted=True, note="", basis_article="x", actor=people["DS"], now=w.NOON)
    request_resumption(case_number=numbers["resuming"], reason="x", paper="x", actor=people["OF"], now=w.NOON)
    return found | {"resumption_task": _beside(numbers["resuming"])}


def _beside(number: str) -> int:
    query = (
        sa.select(CaseTask.id)
        .join(Case)
        .where(Case.number == number, CaseTask.engine_id.is_(None), CaseTask.closed_at.is_(None))
    )
    return db.session.scalars(query).one()


def _named(world: w.World, numbers: dict[str, str]) -> dict[str, Any]:
    extension = (
        sa.select(CaseTask.id).join(Case).where(Case.number == numbers["extended"], CaseTask.engine_id.is_(None))
    )
    letter = db.session.scalars(sa.select(Letter).where(Letter.case_no == numbers["proposed"])).one()
    assert letter.file_digest, letter.last_fault
    return {
        "filed_task": w.task(numbers["filed"]).id,
        "accepted_task": w.task(numbers["accepted"]).id,
        "proposed_task": w.task(numbers["proposed"]).id,
        "extension_task": db.session.scalars(extension).one(),
        "deadline": db.session.scalars(sa.select(Deadline.id).order_by(Deadline.id)).first(),
        "record": db.session.scalars(sa.select(CreditRecord.id).order_by(CreditRecord.id)).first(),
        "unclassified": w.make_record(world, credit_class=None),
        "overdue": _with_task(world, RecordTaskKind.UNPERFORMED, fully_performed=False),
        "undated": _with_task(
            world, RecordTaskKind.START_DAY, sector="市场监管", determination_date=date(2025, 11, 10)
        ),
        "held": _with_task(world, RecordTaskKind.HELD, status="SUSPENDED", published=False),
        "unclear": _with_task(world, RecordTaskKind.ORDER),
        "entry": make_entry(world),
        "notice": _measure_notice(numbers["proposed"]),
        "watched": _with_task(world, RecordTaskKind.COMMITMENT, status="REPAIRED", published=False),
        "letter": letter.id,
        "verify_code": letter.verify_code,
        "digest": "0" * 64,
        "no_link": "x" * 43,
        "write_back_job": "wb:x",
        "letter_job": "letter:x",
    }


def _authority(people: dict[str, Actor]) -> dict[str, Any]:
    form = {"holder_name": "x", "capacity": "agent", "ends_on": "2027-01-01"}
    subject = people["AP"].organisation_id or 0
    picture = BytesIO()
    Picture.new("RGB", (40, 40)).save(picture, "PNG")
    mandate, _code = offer_mandate(
        organisation_id=subject, form=form, paper=("x.png", picture.getvalue()), actor=people["CL"], now=w.NOON
    )
    mandate_id = mandate.id
    paper = db.session.scalars(sa.select(AuthorityPaper.id)).one()
    claim = {"code": w.SUBJECT, "name": "x", "legal_representative": "x", "capacity": "legal_representative"}
    claim_subject(form=claim, actor=people["AX"], now=w.NOON)
    for purpose in ("licence", "identity"):
        add_paper(purpose=purpose, filename="x.png", content=picture.getvalue(), actor=people["AX"], now=w.NOON)
    enrolment_id = submit_enrolment(actor=people["AX"], now=w.NOON).id
    enrolment_paper = db.session.scalars(sa.select(AuthorityPaper.id).order_by(AuthorityPaper.id.desc())).first()
    return {
        "subject": subject,
        "mandate": mandate_id,
        "mandate_paper": paper,
        "enrolment": enrolment_id,
        "enrolment_paper": enrolment_paper,
        "representative": people["AP"].account_id,
    }


def _measure_notice(number: str) -> int:
    kind = Measure(code="M09", name="提高抽查比例", implemented_by=["认定部门"], legal_type="listed", scope="general")
    with transaction():
        found = w.case(number)
        db.session.add(kind)
        row = RecordMeasure(record_id=found.record_id, measure_code="M09", in_force_since=date(2026, 8, 10))
        db.session.add(row)
        db.session.flush()
        home = db.session.get_one(Department, found.department_id)
        return order_lifting([row], case_id=found.id, case_no=number, home=home, now=w.NOON)[0].id


def _with_task(world: w.World, kind: RecordTaskKind, **changes: Any) -> int:
    record_id = w.make_record(world, **changes)
    with transaction():
        open_task(db.session.get_one(CreditRecord, record_id), kind, now=w.NOON)
    return record_id


def _registers(people: dict[str, Actor]) -> dict[str, Any]:
    with transaction():
        newcomer = Account(login="xinren", name="x", role=Role.CLERK, password_hash="!", created_at=w.NOON)
        batch = ImportBatch(
            file_name="x.csv", file_digest="0" * 64, state=BatchState.STAGED, department_id=people["OF"].department_id,
            started_by_id=people["OF"].account_id, started_by_name="x", started_at=w.NOON,
        )  # fmt: skip
        bundle = LetterBundle(
            form="zip", title="x", letter_ids=[], total=0, department_id=people["OF"].department_id,
            asked_by_id=people["OF"].account_id, asked_by_name="x", asked_at=w.NOON,
        )  # fmt: skip
        db.session.add_all([newcomer, batch, bundle])
        db.session.flush()
        newcomer_id, batch_id, bundle_id = newcomer.id, batch.id, bundle.id
    housing = db.session.scalars(sa.select(Department).where(Department.code == w.HOUSING)).one()
    change = propose_change(
        kind="department.values", object_id=housing.code, title="x", before=values_of(housing), after=values_of(housing),
        reason="x", actor=people["SY"], now=w.NOON,
    )  # fmt: skip
    made = {"somebody": newcomer_id, "batch": batch_id, "bundle": bundle_id, "change": change.id, "code": w.HOUSING}
    return _authority(people) | made
