"""What tables and rules say of a record, said anew after its facts were put right: special field, class, last day."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime
from typing import Any

from workflow_app.foundation.clock import legal_day
from workflow_app.law.classification import class_of
from workflow_app.law.facts import CreditClass
from workflow_app.law.special_fields import special_field_of
from workflow_app.records import window
from workflow_app.records.credit_record import CreditRecord, facts_of
from workflow_app.records.publication import class_by_table, is_by_table, publications
from workflow_app.records.record_tasks import RecordTaskKind, open_task

DERIVED = ("special_field", "credit_class", "class_basis", "stops_on")
NOT_PUBLISHED = "NOT_PUBLISHED"  # `lifecycle.Status`, which rests on this file
OF_FIELD = frozenset({"violation_type", "fine_yuan"})
OF_CLASS = frozenset({"penalties", "procedure"})
OF_WINDOW = OF_CLASS | {"determination_date"}


def derive_anew(record: CreditRecord, changed: Collection[str], *, now: datetime) -> dict[str, tuple[Any, Any]]:
    """Say anew what rests on the columns that changed; return what it was and is, by column.

    A class that a person determined stands; one that a table gave is asked of the table again, and of a person where none
    answers or where the record would have to leave the page.
    """
    before = {name: getattr(record, name) for name in DERIVED}
    if OF_FIELD & set(changed):
        field = special_field_of(sector=record.sector, violation=record.violation_type, fine=record.fine_yuan)
        record.special_field = field.value if field else None
    if OF_CLASS & set(changed) and not record.is_entry and is_by_table(record.class_basis):
        _class_anew(record, now)
    if OF_WINDOW & set(changed) and record.stops_on is not None:
        window.set_window(record, on=legal_day(now))
    return {name: (was, is_) for name, was in before.items() if was != (is_ := getattr(record, name))}


def _class_anew(record: CreditRecord, now: datetime) -> None:
    classing = class_of(replace(facts_of(record), credit_class=None), on=legal_day(now))
    credit_class, basis = class_by_table(classing)
    if credit_class == CreditClass.MINOR and record.published and not record.publication_found_necessary:
        credit_class, basis = None, ""
    record.credit_class, record.class_basis = credit_class, basis
    hidden = record.status == NOT_PUBLISHED and publications(on=legal_day(now)).of(facts_of(record)).public
    if (
        credit_class is None or hidden
    ):  # what turns out to be public goes on the page when two persons confirm its class
        open_task(record, RecordTaskKind.CLASSIFY, now=now)
