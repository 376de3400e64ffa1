"""The form of one filing over several records, for the enterprise and for the clerk at the counter alike: what was typed,
the drafts it is kept in (one a record, the same as of a single application), its files, and how it is shown."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from flask import request, session

from workflow_app.actions.add_evidence import MAX_FILES, add_evidence
from workflow_app.actions.file_application import evidence_on_draft
from workflow_app.actions.file_several import MAX_RECORDS
from workflow_app.actions.save_draft import save_draft
from workflow_app.cases.before_filing import Before, before_filing
from workflow_app.cases.drafts import draft_of
from workflow_app.cases.evidence import Evidence
from workflow_app.cases.filings import FilingPart, filing_by_id
from workflow_app.cases.kinds import application_kind
from workflow_app.cases.query_codes import case_by_query_code, new_query_code
from workflow_app.foundation.database import db
from workflow_app.foundation.errors import AppError, InvalidInput, NotFound
from workflow_app.foundation.labels import label
from workflow_app.people.accounts import Actor
from workflow_app.people.permissions import Permission, require
from workflow_app.portals.shared.cards import RecordCard, Standing, card_of
from workflow_app.portals.shared.errors import message_of
from workflow_app.portals.shared.moment import now
from workflow_app.portals.shared.promises import promises
from workflow_app.portals.shared.security import LARGEST_ID
from workflow_app.portals.shared.session import current_actor
from workflow_app.records.credit_record import CreditRecord

SHARED = ("applicant_name", "applicant_phone", "signer_name")
TYPED = ("performed_on", "statement")
TICKED = ("commitment", "publish_commitment")
PURPOSES = ("performance_proof", "authority", "identity", "other")
# What may be chosen: whatever an application makes sense for. The rest says why not, and where to go.
FILEABLE = frozenset({Standing.CAN, Standing.WAIT, Standing.CANNOT, Standing.CLASSIFY})
ALL = "all"
QUERY_CODES = "query_codes"  # in the browser's session, from filing until the confirmation has shown them


@dataclass(frozen=True, kw_only=True)
class Choice:
    """A record as it can or cannot be chosen for a filing, with what is known of it beforehand."""

    card: RecordCard
    before: Before

    @property
    def open(self) -> bool:
        """Whether an application may be filed on it now."""
        return self.before.open_case is None and self.card.standing in FILEABLE


@dataclass(frozen=True, kw_only=True)
class Part:
    """One record of the form: what is known, what was typed, what was handed in."""

    choice: Choice
    values: Mapping[str, Any]
    files: Sequence[Evidence]

    @property
    def record(self) -> CreditRecord:
        """The record."""
        return self.choice.card.record


def choices(records: Sequence[CreditRecord], actor: Actor) -> list[Choice]:
    """Return records as choices, in the order given."""
    known = before_filing(records, "repair")
    return [Choice(card=card_of(r, now(), actor), before=known[r.id]) for r in records]


def chosen_records(values: Mapping[str, Any] | None = None) -> list[CreditRecord]:
    """Return the records an address or a form names, each once. Raises NotFound for one that is not the actor's to file on,
    InvalidInput on `records` for more than one filing may name: each costs several questions to the database."""
    source: Any = request.values if values is None else values
    ids = dict.fromkeys(source.getlist("record", int))
    if len(ids) > MAX_RECORDS:
        raise InvalidInput({"records": label("field_error.too_many_records", max=MAX_RECORDS)})
    return [_record(record_id) for record_id in ids]


def typed_forms(ids: Sequence[int]) -> dict[int, dict[str, Any]]:
    """Return what the form says about each record, with what is asked once for all of them."""
    shared = {name: request.form.get(name, "") for name in SHARED}
    return {
        i: shared
        | {name: request.form.get(f"{name}-{i}", "") for name in TYPED}
        | {name: bool(request.form.get(f"{name}-{i}")) for name in TICKED}
        for i in ids
    }


def form_parts(records: Sequence[CreditRecord], proposed: Mapping[str, Any]) -> list[Part]:
    """Return the parts of a form: typed values before kept ones before what the house proposes."""
    actor, posted = current_actor(), typed_forms([r.id for r in records]) if request.method == "POST" else {}
    found = []
    for choice in choices(records, actor):
        record = choice.card.record
        draft = draft_of(actor.account_id, f"apply:{record.id}")
        known = dict(proposed) | {"performed_on": record.performed_on or ""}
        values = known | (dict(draft.values) if draft else {}) | posted.get(record.id, {})
        found.append(Part(choice=choice, values=values, files=evidence_on_draft(record.id, actor)))
    return found


def page_values(parts: Sequence[Part]) -> dict[str, Any]:
    """Return what every page with the form needs beside its errors."""
    kept = [draft_of(current_actor().account_id, f"apply:{p.record.id}") for p in parts]
    return {
        "kind": application_kind(),
        "parts": parts,
        "values": parts[0].values if parts else {},
        "purposes": PURPOSES,
        "max_files": MAX_FILES,
        "promises": promises(now()),
        "saved_at": max((d.saved_at for d in kept if d and d.values), default=None),
    }


def told(errors: Mapping[str, str], records: Sequence[CreditRecord]) -> dict[str, str]:
    """Return the errors of a filing, each saying which of the records it is about."""
    places = {str(r.id): number for number, r in enumerate(records, 1)}
    found = {}
    for field, text in errors.items():
        name, _, record_id = field.partition("-")
        words = label(f"filing.confirm.{name}") if name in TICKED else text
        found[field] = label("filing.about", number=places[record_id], text=words) if record_id in places else text
    return found


def keep_drafts() -> Any:
    """Keep what is being typed, a draft a record; return when."""
    saved_at = None
    for record_id, values in typed_forms([r.id for r in chosen_records()]).items():
        saved_at = save_draft(place=f"apply:{record_id}", values=values, actor=current_actor(), now=now()).saved_at
    return saved_at


def take_file() -> dict[str, str]:
    """Take the file of the request beside the drafts it is for; return what was refused and why, or nothing."""
    records, upload = chosen_records(), request.files.get("file")
    name, content = (upload.filename or "", upload.read()) if upload else ("", b"")
    wanted = request.form.get("for", ALL)
    places = [r.id for r in records if wanted in (ALL, str(r.id))]
    try:
        if not places:
            raise InvalidInput({"file": label("field_error.choose")})
        for record_id in places:
            add_evidence(
                record_id=record_id,
                purpose=request.form.get("purpose", ""),
                filename=name,
                content=content,
                actor=current_actor(),
                now=now(),
            )
    except InvalidInput as error:
        return {"name": name, "reason": next(iter(error.fields.values()))}
    return {}


def new_codes(record_ids: Iterable[int]) -> dict[int, str]:
    """Return a fresh query code for each record that is about to be filed on."""
    return {record_id: new_query_code() for record_id in record_ids}


def keep_codes(filing_id: int, codes: Mapping[int, str]) -> None:
    """Keep the codes that open the cases of a filing in the browser's session until its confirmation has shown them."""
    _filing, parts = filing_by_id(filing_id, current_actor())
    opening = {
        p.case.number: codes[p.record_id]
        for p in parts
        if p.case and p.record_id in codes and case_by_query_code(p.case.number, codes[p.record_id])
    }
    if opening:
        session[QUERY_CODES] = [filing_id, opening]


def codes_once(filing_id: int) -> dict[str, str]:
    """Return the query codes of a filing by case number, this once."""
    of_filing, codes = session.pop(QUERY_CODES, (0, {}))
    return dict(codes) if of_filing == filing_id else {}


def reason_of(part: FilingPart) -> str:
    """Return in words why a part has no case."""
    fields = part.fault_facts.get("fields")
    if isinstance(fields, dict):
        return "；".join(str(text) for text in fields.values())
    return message_of(AppError(part.fault_code, **part.fault_facts)) if part.fault_code else label("filing.not_yet")


def _record(record_id: int) -> CreditRecord:
    found = db.session.get(CreditRecord, record_id) if 0 < record_id <= LARGEST_ID else None
    if found is None:
        raise NotFound("record_not_found")
    require(current_actor(), Permission.CASE_FILE, found)
    return found
