"""Proposals to correct a letter by a new one or to declare it void, and which of its passages a person may rewrite."""

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from workflow_app.foundation.database import Model, UTCDateTime, db
from workflow_app.foundation.errors import InvalidInput
from workflow_app.foundation.labels import label
from workflow_app.foundation.text import typed_text
from workflow_app.letters.catalogue import Item, LetterKind
from workflow_app.letters.letter import Letter

MAX_PASSAGE = 5000  # characters of one rewritten passage
FIXED = frozenset({"organ_name", "case_no"})  # who writes in which case is no passage


class Ending(StrEnum):
    """How a letter is to end."""

    CORRECT = "correct"  # a new letter with its own number takes its place
    VOID = "void"


class LetterEnding(Model):
    """One person's proposal and another one's word on it. `changes` holds the rewritten passages by item."""

    __tablename__ = "letter_ending"
    __table_args__ = (
        sa.Index(
            "uq_letter_ending_open", "letter_id", unique=True,
            sqlite_where=sa.text("settled_at IS NULL"), postgresql_where=sa.text("settled_at IS NULL"),
        ),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(primary_key=True)
    letter_id: Mapped[int] = mapped_column(sa.ForeignKey("letter.id"), index=True)
    act: Mapped[str] = mapped_column(sa.String(10))
    reason: Mapped[str] = mapped_column(sa.String(300))
    changes: Mapped[dict[str, Any]] = mapped_column(sa.JSON, default=dict)
    proposed_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("account.id"))
    proposed_by_name: Mapped[str] = mapped_column(sa.String(60))
    proposed_at: Mapped[datetime] = mapped_column(UTCDateTime)
    confirmed: Mapped[bool | None]
    note: Mapped[str] = mapped_column(sa.String(300), default="")
    settled_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("account.id"))
    settled_by_name: Mapped[str] = mapped_column(sa.String(60), default="")
    settled_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    row_version: Mapped[int] = mapped_column(default=1)
    __mapper_args__ = {"version_id_col": row_version}


def open_ending(letter_id: int) -> LetterEnding | None:
    """Return the proposal on a letter that nobody has settled yet."""
    query = sa.select(LetterEnding).where(LetterEnding.letter_id == letter_id, LetterEnding.settled_at.is_(None))
    return db.session.scalar(query)


def passages(kind: LetterKind, context: Mapping[str, Any]) -> list[tuple[Item, str]]:
    """Return the items of a letter that may be rewritten with what they say now; lists have a line for each part."""
    found = []
    for item in kind.items:
        value = context.get(item.key)
        if item.key in FIXED or item.kind not in ("text", "date", "list"):
            continue
        found.append((item, "\n".join(value) if isinstance(value, list) else str(value or "")))
    return found


def rewritten(kind: LetterKind, context: Mapping[str, Any], form: Mapping[str, str]) -> dict[str, Any]:
    """Return the passages a form changes, by item. Raises InvalidInput on `text-KEY`, or on `changes` where nothing differs."""
    changes: dict[str, Any] = {}
    wrong: dict[str, str] = {}
    for item, before in passages(kind, context):
        name = f"text-{item.key}"
        try:
            text = typed_text(name, form.get(name, before), limit=MAX_PASSAGE, required=bool(before))
        except InvalidInput as error:
            wrong |= error.fields
            continue
        if text.replace("\r\n", "\n") != before:
            changes[item.key] = [p.strip() for p in text.split("\n") if p.strip()] if item.kind == "list" else text
    if wrong:
        raise InvalidInput(wrong)
    if not changes:
        raise InvalidInput({"changes": label("letter_ending.nothing_changed")})
    return changes


def corrected(kind: LetterKind, letter: Letter, changes: Mapping[str, Any]) -> dict[str, Any]:
    """Return the content of the letter that takes another one's place: what that one said, but for the changes."""
    return {key: value for key, value in letter.context.items() if key in kind.keys} | dict(changes)
