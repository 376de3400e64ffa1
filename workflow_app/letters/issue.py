"""Issuing a letter: content frozen, number taken, row written, pages ordered, all in the caller's transaction."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from flask import current_app

from workflow_app.foundation.clock import legal_day
from workflow_app.foundation.database import db, require_transaction
from workflow_app.jobs.queue import enqueue
from workflow_app.letters import template
from workflow_app.letters.catalogue import letter_kind
from workflow_app.letters.content import freeze
from workflow_app.letters.letter import Letter
from workflow_app.letters.numbering import take_serial
from workflow_app.letters.remedy import remedy_periods
from workflow_app.letters.verification import new_verify_code, verify_address
from workflow_app.people.accounts import Actor
from workflow_app.people.departments import Department


def issue_letter(
    *,
    code: str,
    case_id: int | None,
    case_no: str,
    department: Department,
    addressee_name: str,
    addressee_code: str,
    organisation_id: int | None = None,
    context: Mapping[str, Any],
    actor: Actor,
    now: datetime,
) -> Letter:
    """Issue a letter of a department and return its row; its pages follow as a job.

    `context` holds the keys of the kind's `meta.yaml` as plain values; who writes, to whom and in which case is filled
    in here. Nothing is written where an item is missing. Raises RuleViolation as `content.freeze` does.
    """
    require_transaction()
    kind, day = letter_kind(code), legal_day(now)
    addressee = (addressee_name, addressee_code, case_no)
    content = freeze(kind, complete(context, department=department, addressee=addressee))
    serial = take_serial(department_id=department.id, kind_word=kind.kind_word, year=day.year)
    verify_code = new_verify_code()
    letter = Letter(
        code=code,
        number=kind.number(organ_code=department.organ_code, year=day.year, serial=serial),
        kind_word=kind.kind_word,
        year=day.year,
        serial=serial,
        case_id=case_id,
        case_no=case_no,
        department_id=department.id,
        organ_name=department.name,
        title=kind.title_of(content),
        organisation_id=organisation_id,
        addressee_name=addressee_name,
        addressee_code=addressee_code,
        template_digest=template.keep(code, now=now),
        verify_code=verify_code,
        issued_at=now,
        issued_by_id=actor.account_id,
        issued_by_name=actor.name,
    )
    letter.context = content | {
        "number": letter.number,
        "title": letter.title,
        "format": kind.format,
        "issued_on": day.isoformat(),
        "issued_at": now.isoformat(),
        "verify_code": verify_code,
        "verify_address": verify_address(verify_code, base=current_app.config["PUBLIC_URL"]),
        **(remedy_periods(on=day) if kind.remedy else {}),
    }
    db.session.add(letter)
    db.session.flush()
    enqueue("letters", "render_letter", f"letter:{letter.id}", letter.id)
    return letter


def complete(context: Mapping[str, Any], *, department: Department, addressee: tuple[str, str, str]) -> dict[str, Any]:
    """Return the content with what the department's own table and the case say; values given by the caller win."""
    name, code, case_no = addressee
    known = {
        "organ_name": department.name,
        "addressee_name": name,
        "addressee_code": code,
        "case_no": case_no,
        "contact_phone": department.phone,
        "contact_address": department.address,
        "reconsideration_body": department.reconsideration_body,
        "court": department.court,
    }
    return known | dict(context)
