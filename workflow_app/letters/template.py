"""The files a letter is set with, as one frozen set under one digest, kept in the database from its first use on."""

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime
from functools import cache
from pathlib import Path

import sqlalchemy as sa
from sqlalchemy.dialects import postgresql, sqlite

from workflow_app.foundation.database import db, require_transaction
from workflow_app.foundation.errors import NotFound
from workflow_app.letters.catalogue import SAMPLE, SHARED, LetterKind, letter_kind
from workflow_app.letters.letter import LetterTemplate

SUFFIXES = (".html", ".css", ".svg", ".yaml")


@dataclass(frozen=True)
class TemplateSet:
    """All files of one kind of letter by name: its own, and the shared ones below `_shared/`."""

    code: str
    version: int
    sources: dict[str, str]
    digest: str


@cache
def template_set(code: str) -> TemplateSet:
    """Return the set now installed for a kind of letter."""
    return _read(letter_kind(code))


def _read(kind: LetterKind) -> TemplateSet:
    sources = _files(kind.folder) | {f"_shared/{name}": text for name, text in _files(SHARED).items()}
    canonical = json.dumps(sources, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return TemplateSet(kind.code, kind.version, sources, hashlib.sha256(canonical.encode()).hexdigest())


def _files(folder: Path) -> dict[str, str]:
    """Return the files a letter is set with; what a sample of it would say is none of them."""
    found = (path for path in sorted(folder.iterdir()) if path.suffix in SUFFIXES and path.name != SAMPLE)
    return {path.name: path.read_text("utf-8") for path in found}


def keep(code: str, *, now: datetime) -> str:
    """Make sure the installed set of a kind is kept, in the caller's transaction, and return its digest."""
    require_transaction()
    template = template_set(code)
    insert = postgresql.insert if db.session.get_bind().dialect.name == "postgresql" else sqlite.insert
    db.session.execute(
        insert(LetterTemplate)
        .values(
            digest=template.digest,
            code=template.code,
            version=template.version,
            sources=template.sources,
            first_used_at=now,
        )
        .on_conflict_do_nothing()
    )
    return template.digest


def kept(digest: str) -> dict[str, str]:
    """Return the files of a kept set. Raises NotFound."""
    sources = db.session.scalar(sa.select(LetterTemplate.sources).where(LetterTemplate.digest == digest))
    if sources is None:
        raise NotFound("letter_template_not_found", digest=digest)
    return sources
