"""Which versions of a template letters were set with, since when: told by the sets that issued letters keep."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from workflow_app.foundation.database import db
from workflow_app.letters.catalogue import LETTERS, LetterKind
from workflow_app.letters.letter import Letter, LetterTemplate
from workflow_app.letters.template import template_set


@dataclass(frozen=True, kw_only=True)
class Revision:
    """One set of files: its digest, the version its author gave it, its first letter, how many letters were set with it.

    `since` is None for the installed set before its first letter.
    """

    digest: str
    version: int
    since: datetime | None
    letters: int
    installed: bool


def history(code: str) -> list[Revision]:
    """Return the revisions of a kind's template, newest first; the installed one is always among them."""
    counted = (
        sa.select(Letter.template_digest, sa.func.count().label("letters"))
        .where(Letter.code == code)
        .group_by(Letter.template_digest)
        .subquery()
    )
    query = (
        sa.select(LetterTemplate, sa.func.coalesce(counted.c.letters, 0))
        .outerjoin(counted, counted.c.template_digest == LetterTemplate.digest)
        .where(LetterTemplate.code == code)
        .order_by(LetterTemplate.first_used_at.desc(), LetterTemplate.digest)
    )
    installed = template_set(code)
    found = [
        Revision(
            digest=row.digest,
            version=row.version,
            since=row.first_used_at,
            letters=letters,
            installed=row.digest == installed.digest,
        )
        for row, letters in db.session.execute(query)
    ]
    if any(revision.installed for revision in found):
        return found
    unused = Revision(digest=installed.digest, version=installed.version, since=None, letters=0, installed=True)
    return [unused, *found]


def installed_since() -> Mapping[str, datetime]:
    """Return when the installed template of each kind was first used, for those that were."""
    digests = {template_set(code).digest: code for code in LETTERS}
    query = sa.select(LetterTemplate.digest, LetterTemplate.first_used_at).where(LetterTemplate.digest.in_(digests))
    return {digests[digest]: since for digest, since in db.session.execute(query)}


def owed(kind: LetterKind) -> list[tuple[str, bool]]:
    """Return the mandatory items of a kind in Chinese, each with whether it is owed always or only on its ground."""
    return [(item.title, item.when is None) for item in kind.items]
