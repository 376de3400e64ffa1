"""Correcting an issued letter by a new one, or declaring it void: one person proposes with a reason, another confirms. The old
letter keeps its number and its pages, marked; what was decided in the case stays as it is."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from workflow_app.audit import log
from workflow_app.cases.case import Case
from workflow_app.cases.timeline import tell
from workflow_app.foundation.database import db, transactional
from workflow_app.foundation.errors import Conflict, InvalidInput, NotFound, RuleViolation
from workflow_app.foundation.labels import label
from workflow_app.foundation.text import typed_text
from workflow_app.letters.catalogue import letter_kind
from workflow_app.letters.content import freeze
from workflow_app.letters.corrections import Ending, LetterEnding, corrected, open_ending, rewritten
from workflow_app.letters.ending import supersede, void
from workflow_app.letters.issue import issue_letter
from workflow_app.letters.letter import Letter
from workflow_app.notices.inbox import notify
from workflow_app.people.accounts import Actor, Role
from workflow_app.people.departments import Department
from workflow_app.people.permissions import Permission, forbid_same_person, require

MAX_REASON = 300


@transactional
def propose_ending(*, letter_id: int, form: Mapping[str, str], actor: Actor, now: datetime) -> LetterEnding:
    """Propose to correct or to void a letter. `form` has `act`, `reason` and, for a correction, `text-KEY` of its passages.

    Raises InvalidInput on these, RuleViolation where the letter has ended or the corrected one could not be issued, Conflict
    where a proposal waits already.
    """
    letter, case = _locked(letter_id, Permission.LETTER_END, actor)
    if letter.force != "in_force":
        raise RuleViolation("letter_already_ended", number=letter.number)
    if open_ending(letter_id) is not None:
        raise Conflict("letter_ending_waits", number=letter.number)
    act, reason, changes = _read(letter, form)
    ending = LetterEnding(
        letter_id=letter_id, act=act, reason=reason, changes=changes,
        proposed_by_id=actor.account_id, proposed_by_name=actor.name, proposed_at=now,
    )  # fmt: skip
    db.session.add(ending)
    db.session.flush()
    tell(case.id, "letter_ending_proposed", actor=actor, now=now, public=False, letter=letter.number, reason=reason,
         act=label(f"letter_ending.act.{act}"))  # fmt: skip
    notify("letter_ending_proposed", now=now, department_id=case.department_id, role=Role.APPROVER,
           case_number=case.number, letter=letter.number)  # fmt: skip
    facts = {"act": act.value, "reason": reason, "changes": changes}
    _audit("letter.ending_proposed", letter, facts, actor=actor, now=now)
    return ending


@transactional
def settle_ending(*, letter_id: int, confirmed: bool, note: str, actor: Actor, now: datetime) -> Letter:
    """Confirm or refuse what another person proposed; return the letter that is in force then, or the one that ended.

    Raises InvalidInput on `note` (a refusal says why), AnotherPersonsAct, NotFound without a proposal.
    """
    letter, case = _locked(letter_id, Permission.LETTER_END_SETTLE, actor)
    ending = open_ending(letter_id)
    if ending is None:
        raise NotFound("letter_ending_not_found")
    forbid_same_person(ending.proposed_by_id, actor)
    ending.note = typed_text("note", note, limit=MAX_REASON, required=not confirmed)
    ending.confirmed, ending.settled_at = confirmed, now
    ending.settled_by_id, ending.settled_by_name = actor.account_id, actor.name
    facts = {"act": ending.act, "reason": ending.reason, "note": ending.note}
    if not confirmed:
        tell(
            case.id, "letter_ending_refused", actor=actor, now=now, public=False, letter=letter.number, note=ending.note
        )
        _audit("letter.ending_refused", letter, facts, actor=actor, now=now)
        return letter
    if ending.act == Ending.VOID:
        void(letter, reason=ending.reason, now=now)
        _tell(case, "letter_voided", letter, reason=ending.reason, actor=actor, now=now)
        _audit("letter.voided", letter, facts, actor=actor, now=now)
        return letter
    new = _issue_corrected(letter, ending, actor=actor, now=now)
    _tell(case, "letter_corrected", letter, reason=ending.reason, actor=actor, now=now, new=new.number)
    _audit("letter.superseded", letter, facts | {"by": new.number}, actor=actor, now=now)
    return new


def _read(letter: Letter, form: Mapping[str, str]) -> tuple[Ending, str, dict[str, Any]]:
    wrong: dict[str, str] = {}
    changes: dict[str, Any] = {}
    act, reason = form.get("act", ""), ""
    try:
        reason = typed_text("reason", form.get("reason", ""), limit=MAX_REASON)
    except InvalidInput as error:
        wrong |= error.fields
    if act not in set(Ending):
        wrong["act"] = label("field_error.choose")
    elif act == Ending.CORRECT:
        kind = letter_kind(letter.code)
        try:
            changes = rewritten(kind, letter.context, form)
            freeze(kind, corrected(kind, letter, changes))  # so that the second person is not the first to hear of it
        except InvalidInput as error:
            wrong |= error.fields
    if wrong:
        raise InvalidInput(wrong)
    return Ending(act), reason, changes


def _issue_corrected(old: Letter, ending: LetterEnding, *, actor: Actor, now: datetime) -> Letter:
    kind = letter_kind(old.code)
    content = corrected(kind, old, ending.changes)
    new = issue_letter(
        code=old.code,
        case_id=old.case_id,
        case_no=old.case_no,
        department=db.session.get_one(Department, old.department_id),
        addressee_name=str(content["addressee_name"]),
        addressee_code=str(content["addressee_code"]),
        organisation_id=old.organisation_id,
        context=content,
        actor=actor,
        now=now,
    )
    supersede(old=old, new=new, reason=ending.reason, now=now)
    return new


def _tell(case: Case, key: str, old: Letter, *, reason: str, actor: Actor, now: datetime, new: str = "") -> None:
    """Put it on the timeline, and into the party's inbox where the letter was the party's."""
    to_party = old.organisation_id is not None and old.organisation_id == case.organisation_id
    facts: dict[str, Any] = {"letter": old.number, "new": new, "reason": reason}
    tell(case.id, key, actor=actor, now=now, public=to_party, **facts)
    if to_party:
        notify(key, now=now, organisation_id=old.organisation_id, case_number=case.number, **facts)


def _locked(letter_id: int, permission: Permission, actor: Actor) -> tuple[Letter, Case]:
    letter = db.session.get(Letter, letter_id, with_for_update=True, populate_existing=True)
    case = db.session.get(Case, letter.case_id) if letter is not None and letter.case_id is not None else None
    if letter is None or case is None:
        raise NotFound("letter_not_found")
    require(actor, permission, case)
    return letter, case


def _audit(action: str, letter: Letter, details: Mapping[str, Any], *, actor: Actor, now: datetime) -> None:
    log.record(
        actor=actor, action=action, object_type="letter", object_id=str(letter.id), case_no=letter.case_no,
        details={"letter": letter.number} | dict(details), now=now,
    )  # fmt: skip
