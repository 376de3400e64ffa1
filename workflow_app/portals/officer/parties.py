"""The page of one party: all that the reader may know of an enterprise: records, cases, letters, commitments."""

from dataclasses import dataclass
from datetime import date

import sqlalchemy as sa
from flask import render_template

from workflow_app.cases.case import Case
from workflow_app.cases.kinds import all_kinds
from workflow_app.foundation.clock import legal_day
from workflow_app.foundation.database import db
from workflow_app.foundation.errors import NotFound
from workflow_app.letters.letter import Letter
from workflow_app.people.accounts import Actor
from workflow_app.people.permissions import Permission, scope_filter
from workflow_app.portals.officer import bp
from workflow_app.portals.shared.guards import guarded
from workflow_app.portals.shared.moment import now
from workflow_app.portals.shared.session import current_actor
from workflow_app.records.credit_record import CreditRecord
from workflow_app.records.lifecycle import FINAL, repaired_condition

SHOWN = 100  # of each list: an enterprise with more is looked for in the lists themselves


@dataclass(frozen=True, kw_only=True)
class Party:
    """What is known of a party, each list the newest first and cut at `SHOWN`."""

    code: str
    name: str
    records: tuple[CreditRecord, ...]
    cases: tuple[Case, ...]
    letters: tuple[Letter, ...]
    commitments: tuple[Case, ...]

    @property
    def public(self) -> int:
        """How many of the records shown are public now."""
        return sum(1 for record in self.records if record.published)

    @property
    def open_cases(self) -> int:
        """How many of the cases shown are being worked on."""
        return sum(1 for case in self.cases if not case.is_closed)


@bp.get("/parties/<code>")
@guarded(Permission.RECORD_LIST)
def party(code: str) -> str:
    """One party by its 统一社会信用代码. One of whom no record is the reader's to see does not exist."""
    today = legal_day(now())
    found = _party(code.upper()[:18], current_actor(), today)
    titles = {kind.key: kind.title for kind in all_kinds()}
    return render_template("portals/officer/party.html", party=found, titles=titles, shown=SHOWN, final=FINAL)


def _party(code: str, actor: Actor, today: date) -> Party:
    in_reach = scope_filter(actor, department=CreditRecord.department_id, organisation=sa.literal(0))
    newest = CreditRecord.determination_date.desc()
    query = sa.select(CreditRecord).where(CreditRecord.subject_code == code, in_reach)
    records = tuple(db.session.scalars(query.order_by(newest, CreditRecord.id.desc()).limit(SHOWN)))
    if not records:
        raise NotFound("record_not_found")
    mine = scope_filter(actor, department=Case.department_id, organisation=Case.organisation_id)
    of_party = sa.select(Case).join(Case.record).where(CreditRecord.subject_code == code, mine)
    cases = tuple(db.session.scalars(of_party.order_by(Case.received_at.desc()).limit(SHOWN)).unique())
    sent = scope_filter(actor, department=Letter.department_id, organisation=Letter.organisation_id)
    letters = sa.select(Letter).where(Letter.addressee_code == code, sent).order_by(Letter.issued_at.desc())
    kept = Case.commitment_until >= today, repaired_condition()
    promised = of_party.where(*kept).order_by(Case.commitment_until)
    return Party(
        code=code,
        name=records[0].subject_name,
        records=records,
        cases=cases,
        letters=tuple(db.session.scalars(letters.limit(SHOWN))),
        commitments=tuple(db.session.scalars(promised.limit(SHOWN)).unique()),
    )
