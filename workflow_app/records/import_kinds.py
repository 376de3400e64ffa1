"""The kinds of file that one machinery imports: penalties, and entries in lists. What differs is here, by name."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from workflow_app.foundation.errors import NotFound
from workflow_app.people.accounts import Actor
from workflow_app.records import lifecycle
from workflow_app.records.credit_record import CreditRecord
from workflow_app.records.events import RecordEvent
from workflow_app.records.import_clashes import OF_ENTRY, OF_PENALTY, Named
from workflow_app.records.import_column_set import Columns
from workflow_app.records.import_columns import PENALTY_COLUMNS
from workflow_app.records.import_known import ENTRIES_COMPARED, PENALTIES_COMPARED, Comparing
from workflow_app.records.import_rules import Judged, Setting, judge
from workflow_app.records.import_values import Settler, Values, content_of
from workflow_app.records.list_columns import LIST_COLUMNS
from workflow_app.records.list_rules import judge_entry
from workflow_app.records.list_values import entry_content

PENALTIES, LISTS = "penalties", "lists"


@dataclass(frozen=True, kw_only=True)
class FileKind:
    """A kind of file. `said_in` names the columns that say what the law may not take for a record, `update` takes over the
    newer state of a record that is there."""

    key: str
    columns: Columns
    names: Named
    comparing: Comparing
    news: tuple[str, str]
    said_in: Mapping[str, str]
    judge: Callable[[int, Mapping[str, object], Setting], Judged]
    content: Callable[[Judged], Values]
    settle: Callable[[Settler, Values, int], Values]
    update: Callable[..., RecordEvent | None]


def _report_performance(
    record: CreditRecord, content: Mapping[str, Any], *, basis: str, actor: Actor, now: datetime
) -> None:
    lifecycle.report_performance(
        record,
        fully_performed=content["fully_performed"],
        performed_on=content["performed_on"],
        basis=basis,
        actor=actor,
        now=now,
    )


def _report_leaving(
    record: CreditRecord, content: Mapping[str, Any], *, basis: str, actor: Actor, now: datetime
) -> RecordEvent | None:
    """The department says that an entry has left its list; one that has ended meanwhile stays what it is."""
    if record.status in lifecycle.FINAL:
        return None
    reason, day = content["left_reason"], content["left_on"]
    return lifecycle.delist(record, basis=basis, reason=reason, left_on=day, actor=actor, now=now)


_KINDS = (
    FileKind(
        key=PENALTIES,
        columns=PENALTY_COLUMNS,
        names=OF_PENALTY,
        comparing=PENALTIES_COMPARED,
        news=("EXT_LXZT", "PERFORMANCE_REPORTED"),
        said_in={
            "penalties": "CF_CFLB", "penalties.kind": "CF_CFLB", "subject.type": "CF_XDR_LB", "procedure": "EXT_CXLX",
            "credit_class": "EXT_XYLB",
        },
        judge=judge,
        content=content_of,
        settle=lambda settler, content, batch_id: settler.settle(content, batch_id),
        update=_report_performance,
    ),
    FileKind(
        key=LISTS,
        columns=LIST_COLUMNS,
        names=OF_ENTRY,
        comparing=ENTRIES_COMPARED,
        news=("YC_RQ", "LEAVING_REPORTED"),
        said_in={"info_type": "MD_LX", "subject.type": "XDR_LB"},
        judge=judge_entry,
        content=entry_content,
        settle=lambda settler, content, batch_id: settler.settle_entry(content, batch_id),
        update=_report_leaving,
    ),
)  # fmt: skip
KINDS: Mapping[str, FileKind] = {kind.key: kind for kind in _KINDS}


def kind_of_file(key: str) -> FileKind:
    """Return a kind of file. Raises NotFound for one nobody knows."""
    if key not in KINDS:
        raise NotFound("import_not_found")
    return KINDS[key]
