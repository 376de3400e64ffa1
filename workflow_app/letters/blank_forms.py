"""Blank forms (空白表格) to download: set by the press when their template changes, kept by digest, never in a request."""

import hashlib
import json
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any

import sqlalchemy as sa
import yaml
from sqlalchemy.orm import Mapped, mapped_column

from workflow_app.foundation.database import Model, UTCDateTime, db, transaction
from workflow_app.foundation.errors import AppError, ConfigurationFault, ExternalFault, NotFound
from workflow_app.foundation.labels import label
from workflow_app.jobs.queue import periodic
from workflow_app.letters.render import set_letter, storage

TEMPLATES = Path(__file__).parents[2] / "templates" / "forms"
SUFFIXES = (".html", ".css")
logger = logging.getLogger("workflow_app.letters")


class FormNotMade(ExternalFault):
    """The pages of a form are being made; they will be there in a moment."""

    code = "form_not_made"


@dataclass(frozen=True, kw_only=True)
class FormKind:
    """One form as its folder describes it. `use` says who needs it when, `topics` in which matters, `lists` names passages
    that are worded elsewhere."""

    key: str
    title: str
    use: str
    order: int
    topics: Sequence[str]
    revised_on: date
    sources: Mapping[str, str]
    lists: Mapping[str, Sequence[str]] = field(default_factory=dict)
    staff: bool = False  # filled in by officers: not offered to the public


class BlankForm(Model):
    """The pages of a form as last made; `order_digest` is of everything they were made from."""

    __tablename__ = "blank_form"

    key: Mapped[str] = mapped_column(sa.String(40), primary_key=True)
    order_digest: Mapped[str] = mapped_column(sa.String(64))
    file_digest: Mapped[str] = mapped_column(sa.String(64))
    page_count: Mapped[int]
    size: Mapped[int]
    made_at: Mapped[datetime] = mapped_column(UTCDateTime)


@cache
def form_kinds() -> tuple[FormKind, ...]:
    """Return every form below `templates/forms`, in the order they are offered. Raises ConfigurationFault."""
    shared = {f"_shared/{p.name}": p.read_text("utf-8") for p in _files(TEMPLATES / "_shared")}
    found = [_kind(path, shared) for path in sorted(TEMPLATES.glob("*/meta.yaml"))]
    return tuple(sorted(found, key=lambda kind: kind.order))


def _kind(path: Path, shared: Mapping[str, str]) -> FormKind:
    try:
        meta = dict(yaml.safe_load(path.read_text("utf-8")))
        own = {"letter.html": (path.parent / "form.html").read_text("utf-8")}
        return FormKind(key=path.parent.name, sources=own | dict(shared), **meta)
    except (OSError, TypeError, ValueError, yaml.YAMLError) as problem:
        raise ConfigurationFault("letter_meta_unreadable", file=str(path), problem=str(problem)) from None


def _files(folder: Path) -> list[Path]:
    return [path for path in sorted(folder.iterdir()) if path.suffix in SUFFIXES]


def order_of_form(kind: FormKind) -> dict[str, Any]:
    """Return everything the pages of a form are made from. The day is the template's, so equal forms are equal bytes."""
    sources = dict(kind.sources)
    content = {
        "title": kind.title,
        "issued_on": kind.revised_on.isoformat(),
        "issued_at": f"{kind.revised_on.isoformat()}T00:00:00+08:00",
        **{name: [label(key) for key in keys] for name, keys in kind.lists.items()},
    }
    return {
        "digest": _digest(sources),
        "sources": sources,
        "content": content,
        "assets": {},
        "sheet": {"format": "form", "draft": False},
    }


@periodic(name="make_blank_forms", seconds=300)
def make_blank_forms(now: datetime) -> int:
    """Make the pages of every form that has none, or whose template has changed; return how many.

    One that cannot be made does not stop the next. Raises the last fault, so that it shows where recurring work is seen.
    """
    made, fault = 0, None
    for kind in form_kinds():
        try:
            made += _make(kind, now)
        except (AppError, OSError) as problem:
            logger.exception("blank form %s", kind.key)
            fault = problem
    if fault is not None:
        raise fault
    return made


def _make(kind: FormKind, now: datetime) -> int:
    order = order_of_form(kind)
    digest = _digest(order)
    known = db.session.get(BlankForm, kind.key, populate_existing=True)
    if known is not None and known.order_digest == digest and storage().path(known.file_digest).is_file():
        return 0
    db.session.rollback()  # no transaction stays open while the press works
    pdf, pages = set_letter(**order)
    file_digest = storage().put(pdf)
    with transaction():
        db.session.merge(
            BlankForm(
                key=kind.key,
                order_digest=digest,
                file_digest=file_digest,
                page_count=pages,
                size=len(pdf),
                made_at=now,
            )
        )
    return 1


def made_forms() -> dict[str, BlankForm]:
    """Return the forms whose pages exist, by key."""
    return {form.key: form for form in db.session.scalars(sa.select(BlankForm))}


def blank_form(key: str) -> tuple[FormKind, BlankForm]:
    """Return a form with its pages. Raises NotFound for one nobody offers, FormNotMade until its pages are there."""
    kind = next((kind for kind in form_kinds() if kind.key == key), None)
    if kind is None:
        raise NotFound("form_not_found")
    made = db.session.get(BlankForm, key)
    if made is None or not storage().path(made.file_digest).is_file():
        raise FormNotMade
    return kind, made


def _digest(value: Any) -> str:
    text = json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()
