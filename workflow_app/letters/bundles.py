"""A day's letters as one file: an archive of the files themselves, or their pages bound for the printer, made by a job.

The archive holds what can be verified; the bound pages are for paper only. Files lie apart from the letters and go after a week.
"""

import csv
import io
import os
import tempfile
import zipfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack
from datetime import datetime, timedelta
from enum import StrEnum
from pathlib import Path

import pikepdf
import sqlalchemy as sa
from flask import current_app
from sqlalchemy.orm import Mapped, mapped_column

from workflow_app.foundation.database import Model, UTCDateTime, db, transaction
from workflow_app.foundation.errors import AppError, ExternalFault, NotFound
from workflow_app.foundation.failpoints import failpoint
from workflow_app.foundation.text import plain_cell
from workflow_app.jobs.queue import enqueue, job, periodic
from workflow_app.letters.binding import add_pages
from workflow_app.letters.letter import Letter
from workflow_app.letters.render import storage

MOST = {"zip": 5000, "pdf": 500}  # letters of one file; bound pages stay open until they are written
STEP = 50  # letters between two words on how far it is
KEPT = timedelta(days=7)


class BundleState(StrEnum):
    """How far a file is."""

    WORKING = "working"
    READY = "ready"
    GONE = "gone"


class BundleFailed(ExternalFault):
    """The file could not be made this time."""

    code = "letter_bundle_failed"


class LetterBundle(Model):
    """One file of many letters: which, how many are in it so far, and how many have no pages yet and were left out."""

    __tablename__ = "letter_bundle"

    id: Mapped[int] = mapped_column(primary_key=True)
    form: Mapped[str] = mapped_column(sa.String(4))  # zip or pdf
    title: Mapped[str] = mapped_column(sa.String(80))
    letter_ids: Mapped[list[int]] = mapped_column(sa.JSON)
    total: Mapped[int]
    done: Mapped[int] = mapped_column(default=0)
    left_out: Mapped[int] = mapped_column(default=0)
    state: Mapped[str] = mapped_column(sa.String(10), default=BundleState.WORKING)
    size: Mapped[int] = mapped_column(default=0)  # bytes
    department_id: Mapped[int | None] = mapped_column(sa.ForeignKey("department.id"), index=True)
    asked_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("account.id"))
    asked_by_name: Mapped[str] = mapped_column(sa.String(60))
    asked_at: Mapped[datetime] = mapped_column(UTCDateTime)
    ready_at: Mapped[datetime | None] = mapped_column(UTCDateTime)

    organisation_id = None  # belongs to no enterprise, to nobody alone, and does not close
    assignee_id = None
    closed_at = None

    @property
    def path(self) -> Path:
        """Where its file lies once it is ready."""
        return _folder() / f"{self.id}.{self.form}"


def order_bundle(bundle: LetterBundle) -> None:
    """Write a bundle and have it made, in the caller's transaction."""
    db.session.add(bundle)
    db.session.flush()
    enqueue("letters", "make_bundle", f"bundle:{bundle.id}", bundle.id)


@job("letters")
def make_bundle(bundle_id: int) -> None:
    """Make the file of a bundle, unless it is there. A file that was begun and not finished is begun anew."""
    bundle = db.session.get(LetterBundle, bundle_id)
    if bundle is None or bundle.state != BundleState.WORKING:
        return
    form, ids, path = bundle.form, list(bundle.letter_ids), bundle.path
    db.session.rollback()
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(prefix=".tmp-", dir=path.parent)
    os.close(handle)
    try:
        done = _write_zip(bundle_id, Path(name), ids) if form == "zip" else _write_pdf(bundle_id, Path(name), ids)
        failpoint("bundle.written")
        os.replace(name, path)
    except (OSError, AppError, pikepdf.PdfError) as fault:  # a full disk, a file that is not there or altered
        raise BundleFailed(None, bundle=bundle_id, reason=str(fault)[:200]) from fault
    finally:
        Path(name).unlink(missing_ok=True)
    now = current_app.extensions["clock"].now()
    _note(
        bundle_id, done=done, left_out=len(ids) - done, state=BundleState.READY, size=path.stat().st_size, ready_at=now
    )


@periodic(name="sweep_bundles", seconds=3600)
def sweep_bundles(now: datetime) -> int:
    """Remove the files of bundles that have been ready for a week, and what a killed job left; return how many."""
    query = sa.select(LetterBundle).where(LetterBundle.state == BundleState.READY, LetterBundle.ready_at < now - KEPT)
    with transaction():
        old = list(db.session.scalars(query.limit(1000)))
        for bundle in old:
            bundle.state = BundleState.GONE
        paths = [bundle.path for bundle in old]
    stale = [p for p in _folder().glob(".tmp-*") if p.stat().st_mtime < (now - KEPT).timestamp()]
    for path in [*paths, *stale]:
        path.unlink(missing_ok=True)
    return len(old)


def _write_zip(bundle_id: int, path: Path, ids: Sequence[int]) -> int:
    """Write an archive with a list of its letters; return how many are in it. The files are not compressed again."""
    listed, done = io.StringIO(), 0
    rows = csv.writer(listed)
    rows.writerow(["序号", "文号", "文书", "主送", "案号", "状态", "校验值（SHA-256）", "文件"])
    with zipfile.ZipFile(path, "w", zipfile.ZIP_STORED) as archive:
        for letter in _letters(bundle_id, ids):
            done += 1
            name = f"{done:04d}_{letter.title}_{letter.number}.pdf".replace("/", "_")
            archive.write(storage().path(str(letter.file_digest)), name)
            said = (letter.number, letter.title, letter.addressee_name, letter.case_no)
            rows.writerow([done, *map(plain_cell, said), letter.force, letter.file_digest, name])
        archive.writestr("目录.csv", "\ufeff" + listed.getvalue())
    return done


def _write_pdf(bundle_id: int, path: Path, ids: Sequence[int]) -> int:
    """Write the pages of letters one after another; return how many letters are in it."""
    done = 0
    with ExitStack() as opened, pikepdf.Pdf.new() as whole:
        for letter in _letters(bundle_id, ids):
            part = opened.enter_context(pikepdf.Pdf.open(storage().path(str(letter.file_digest))))
            add_pages(whole, part)
            done += 1
        whole.save(path)
    return done


def _letters(bundle_id: int, ids: Sequence[int]) -> Iterator[Letter]:
    """Yield the letters whose pages are made, in the order asked for, noting now and then how far it is."""
    for start in range(0, len(ids), STEP):
        part = ids[start : start + STEP]
        found = {x.id: x for x in db.session.scalars(sa.select(Letter).where(Letter.id.in_(part)))}
        db.session.expunge_all()
        db.session.rollback()  # no transaction stays open while files are read
        for letter_id in part:
            letter = found.get(letter_id)
            if letter is not None and letter.file_digest is not None:
                yield letter
        _note(bundle_id, done=start + len(part))


def _note(bundle_id: int, **values: object) -> None:
    with transaction():
        db.session.execute(sa.update(LetterBundle).where(LetterBundle.id == bundle_id).values(**values))


def bundle_by_id(bundle_id: int) -> LetterBundle:
    """Return a bundle. Raises NotFound."""
    found = db.session.get(LetterBundle, bundle_id)
    if found is None:
        raise NotFound("letter_bundle_not_found")
    return found


def _folder() -> Path:
    folder: Path = current_app.extensions["settings"].data_dir / "bundles"
    return folder
