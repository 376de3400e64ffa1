"""Noting on a record what happened elsewhere (诉讼、复议、破产重整，平台上看到的): proposed with its paper by one person; another
confirms it as every other work on a record (`settle_record_task`), and only that has effects."""

from collections.abc import Mapping
from datetime import date, datetime

from workflow_app.actions.work_on_record import (
    _audit,
    _on_record,
    _tell_those_who_settle,
)
from workflow_app.foundation.clock import legal_day
from workflow_app.foundation.errors import InvalidInput
from workflow_app.foundation.labels import label
from workflow_app.foundation.text import typed_text
from workflow_app.people.accounts import Actor
from workflow_app.people.permissions import Permission
from workflow_app.records import orders
from workflow_app.records.contests import Contest, Turn, propose_contest
from workflow_app.records.credit_record import CreditRecord
from workflow_app.records.held import Fate, propose_fate
from workflow_app.records.record_tasks import RecordTaskKind
from workflow_app.records.shields import RECEIPTS, RULING, Step, propose_shield
from workflow_app.records.write_back import WriteBackState

MAX_TEXT, MAX_RECEIPT = 200, 60
DAYS = frozenset({"ruling_date", "plan_end_date"})


def propose_record_contest(
    *, record_id: int, record_version: int, turn: str, contest: str, day: str, basis: str, actor: Actor, now: datetime
) -> CreditRecord:
    """Propose to note that the decision is contested, or how that ended. Raises InvalidInput on every wrong field at once,
    Conflict where the record has changed meanwhile, RuleViolation where its state forbids it."""

    def act(record: CreditRecord) -> None:
        wrong = {} if turn in set(Turn) else {"turn": label("field_error.choose")}
        wrong |= {} if contest in set(Contest) else {"contest": label("field_error.choose")}
        noted = _day("day", day, wrong, first=record.determination_date, last=legal_day(now))
        text = _text("basis", basis, wrong)
        if wrong or noted is None:
            raise InvalidInput(wrong)
        propose_contest(record, turn=Turn(turn), contest=Contest(contest), day=noted, basis=text, actor=actor, now=now)
        _tell_those_who_settle(record, RecordTaskKind.CONTEST, actor=actor, now=now)
        _audit(record, "contest_proposed", actor, now, turn=turn, contest=contest, basis=text)

    return _on_record(record_id, record_version, Permission.RECORD_PROPOSE, act, actor=actor)


def propose_record_shield(
    *,
    record_id: int,
    record_version: int,
    step: str,
    values: Mapping[str, str],
    basis: str,
    actor: Actor,
    now: datetime,
) -> CreditRecord:
    """Propose a step of a plan: `values` holds the ruling (`shields.RULING`) or, for one carried out, the receipts of the
    platforms. Raises InvalidInput, Conflict and RuleViolation as above."""

    def act(record: CreditRecord) -> None:
        wrong = {} if step in set(Step) else {"step": label("field_error.choose")}
        text = _text("basis", basis, wrong)
        names = {Step.SHIELD: RULING, Step.PERFORMED: RECEIPTS}.get(Step(step), ()) if step in set(Step) else ()
        kept = {name: _text(name, values.get(name, ""), wrong) for name in names if name not in DAYS}
        kept |= {name: _iso(name, values.get(name, ""), record, wrong, now) for name in names if name in DAYS}
        if not wrong and step == Step.SHIELD and kept["plan_end_date"] <= kept["ruling_date"]:
            wrong["plan_end_date"] = label("error.plan_ends_before_ruling")
        if not wrong and step == Step.PERFORMED and len(set(kept.values())) < len(RECEIPTS):
            wrong["sharing"] = label("field_error.same_receipt")
        if wrong:
            raise InvalidInput(wrong)
        propose_shield(record, step=Step(step), values=kept, basis=text, actor=actor, now=now)
        _tell_those_who_settle(record, RecordTaskKind.SHIELD, actor=actor, now=now)
        _audit(record, "shield_proposed", actor, now, step=step, values=kept, basis=text)

    return _on_record(record_id, record_version, Permission.RECORD_PROPOSE, act, actor=actor)


def propose_record_fate(
    *, record_id: int, record_version: int, fate: str, basis: str, actor: Actor, now: datetime
) -> CreditRecord:
    """Propose what becomes of a record that is held back (`records.held.Fate`). Raises InvalidInput, Conflict and RuleViolation
    as above."""

    def act(record: CreditRecord) -> None:
        wrong = {} if fate in set(Fate) else {"fate": label("field_error.choose")}
        text = _text("basis", basis, wrong)
        if wrong:
            raise InvalidInput(wrong)
        propose_fate(record, fate=Fate(fate), basis=text, actor=actor, now=now)
        _tell_those_who_settle(record, RecordTaskKind.HELD, actor=actor, now=now)
        _audit(record, "held_proposed", actor, now, fate=fate, basis=text)

    return _on_record(record_id, record_version, Permission.RECORD_PROPOSE, act, actor=actor)


def propose_record_order_seen(
    *,
    record_id: int,
    record_version: int,
    answers: Mapping[str, tuple[bool | None, str]],
    basis: str,
    actor: Actor,
    now: datetime,
) -> CreditRecord:
    """Propose what was seen at the platforms about the unclear orders on a record: by destination whether it took effect and
    under which receipt. Raises InvalidInput on `applied-<destination>`, `receipt_no-<destination>` and `basis`."""

    def act(record: CreditRecord) -> None:
        wrong: dict[str, str] = {}
        seen: dict[str, str | None] = {}
        for row in orders.unclear_on(record.id):
            applied, receipt = answers.get(row.destination, (None, ""))
            if applied is None:
                wrong[f"applied-{row.destination}"] = label("field_error.choose")
            elif applied and row.state == WriteBackState.REFUSED:
                wrong[f"applied-{row.destination}"] = label("field_error.platform_refused")
            name = f"receipt_no-{row.destination}"
            seen[row.key] = _text(name, receipt, wrong, limit=MAX_RECEIPT) if applied else None
            if seen[row.key] and list(seen.values()).count(seen[row.key]) > 1:
                wrong[name] = label("field_error.same_receipt")
        text = _text("basis", basis, wrong)
        if wrong:
            raise InvalidInput(wrong)
        orders.propose_seen(record, seen=seen, basis=text, actor=actor, now=now)
        _tell_those_who_settle(record, RecordTaskKind.ORDER, actor=actor, now=now)
        _audit(record, "order_seen_proposed", actor, now, seen=seen, basis=text)

    return _on_record(record_id, record_version, Permission.RECORD_PROPOSE, act, actor=actor)


def _iso(name: str, text: str, record: CreditRecord, wrong: dict[str, str], now: datetime) -> str:
    last = legal_day(now) if name == "ruling_date" else date(2100, 1, 1)
    day = _day(
        name, text, wrong, first=record.determination_date if name == "ruling_date" else date(1990, 1, 1), last=last
    )
    return day.isoformat() if day else ""


def _day(name: str, text: str, wrong: dict[str, str], *, first: date, last: date) -> date | None:
    """Return a day that was typed; what is wrong with it goes into `wrong`."""
    try:
        day = date.fromisoformat(text.strip())
    except ValueError:
        wrong[name] = label("field_error.not_a_date")
        return None
    if not first <= day <= last:
        wrong[name] = label("field_error.day_outside", first=first.isoformat(), last=last.isoformat())
    return day


def _text(name: str, text: str, wrong: dict[str, str], *, limit: int = MAX_TEXT) -> str:
    try:
        return typed_text(name, text, limit=limit, multiline=False)
    except InvalidInput as error:
        wrong |= error.fields
        return ""
