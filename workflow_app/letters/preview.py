"""A draft before issue: the letter as it would look, marked 草稿, each gap named in its place, and the faults."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from flask import current_app

from workflow_app.foundation.clock import legal_day
from workflow_app.foundation.errors import AppError
from workflow_app.foundation.labels import has_label, label
from workflow_app.letters import content
from workflow_app.letters.catalogue import Item, LetterKind, letter_kind
from workflow_app.letters.glyphs import replaced, unprintable
from workflow_app.letters.pages import page_images
from workflow_app.letters.remedy import remedy_periods
from workflow_app.letters.render import set_letter
from workflow_app.letters.template import template_set


@dataclass(frozen=True, kw_only=True)
class Preview:
    """A draft: PDF, its pages as PNG, and in Chinese what would stop its issue. No faults: it may be issued."""

    pdf: bytes
    pages: list[bytes]
    faults: list[str] = field(default_factory=list)


def preview(code: str, context: Mapping[str, Any], *, on: date | None = None, organ_code: str = "") -> Preview:
    """Return the draft of a letter; never refuses for what its author can mend.

    `context` as for `issue_letter`; `on` is the day it would be issued, by default today in Shanghai.
    """
    kind = letter_kind(code)
    day = on or legal_day(current_app.extensions["clock"].now())
    plain = content.plain(kind, context)
    faults = faults_of(kind, plain)
    if content.long_items(kind, plain):
        return Preview(pdf=b"", pages=[], faults=faults)
    frozen = _marked(kind, plain) | {
        "number": f"{organ_code}{kind.kind_word}〔{day.year}〕　号",
        "title": kind.title_of(plain),
        "issued_on": day.isoformat(),
        "issued_at": f"{day.isoformat()}T00:00:00+08:00",
        "verify_code": "",
        "verify_address": "",
        **(remedy_periods(on=day) if kind.remedy else {}),
    }
    template = template_set(code)
    sheet = {"format": kind.format, "seal": None, "qr": False, "draft": True}
    try:
        pdf, _ = set_letter(digest=template.digest, sources=template.sources, content=frozen, assets={}, sheet=sheet)
    except AppError as fault:
        return Preview(pdf=b"", pages=[], faults=[*faults, _said(fault)])
    return Preview(pdf=pdf, pages=page_images(pdf, "application/pdf"), faults=faults)


def faults_of(kind: LetterKind, plain: Mapping[str, Any]) -> list[str]:
    """Return in Chinese what would stop the issue of a letter."""
    found = [label("letter.fault.missing", item=name) for name in content.missing_items(kind, plain)]
    found += [label("letter.fault.basis", item=text) for text in content.unverified_bases(plain)]
    found += [label("letter.fault.length", item=name) for name in content.long_items(kind, plain)]
    strange = dict.fromkeys(c for text in content.texts(plain) for c in unprintable(text))
    return found + [label("letter.fault.character", item=character) for character in strange]


def _marked(kind: LetterKind, plain: dict[str, Any]) -> dict[str, Any]:
    filled: dict[str, Any] = {item.key: None for item in kind.items} | _replaced(plain)
    for item in kind.items:
        due = content.is_due(item, plain) or not plain.get(item.when[0] if item.when else "")  # owed, or not known yet
        if due and content.lacks(item, plain.get(item.key)):
            filled[item.key] = _marker(item, filled.get(item.key))
    return filled


def _marker(item: Item, value: Any) -> Any:
    sign = label("letter.fault.marker", item=item.title)
    match item.kind:
        case "list":
            return [sign]
        case "rows":
            rows = [row for row in value if isinstance(row, dict)] if isinstance(value, list) and value else [{}]
            return [row | {k: row.get(k) or _sign(t) for k, t in item.of.items()} for row in rows]
        case "group":
            group = value if isinstance(value, dict) else {}
            missing = {k: _sign(t) for k, t in item.of.items() if not group.get(k)}
            return group | {k: [v] if k in item.lists else v for k, v in missing.items()}
        case "flag":
            return False
        case _:
            return sign


def _sign(title: str) -> str:
    return label("letter.fault.marker", item=title)


def _replaced(value: Any) -> Any:
    if isinstance(value, str):
        return replaced(value)
    if isinstance(value, dict):
        return {key: _replaced(part) for key, part in value.items()}
    return [_replaced(part) for part in value] if isinstance(value, list) else value


def _said(fault: AppError) -> str:
    reason = f"error.{fault.facts.get('reason', '')}"
    return label(reason, **fault.facts) if has_label(reason) else label("error.letter_render_failed")
