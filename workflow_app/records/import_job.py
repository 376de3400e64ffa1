"""The jobs of an import: staging what was uploaded, publishing what a person released, removing what was given up, and
the uploads that nobody needs any more. All can be run again."""

from __future__ import annotations

from contextlib import suppress
from datetime import datetime

import sqlalchemy as sa
from flask import current_app

from workflow_app.foundation.database import db
from workflow_app.foundation.errors import InvalidInput
from workflow_app.jobs.queue import enqueue, job, periodic
from workflow_app.people.accounts import Account, Actor
from workflow_app.records.import_batches import BatchState, ImportBatch
from workflow_app.records.import_publish import publish
from workflow_app.records.import_removal import remove_hidden
from workflow_app.records.import_stage import stage
from workflow_app.records.importing import import_storage

LEFT_ALONE_S = 3600.0  # an upload younger than this may belong to a request that has not ended


@job("sweeps")
def stage_import(batch_id: int) -> None:
    """Stage an uploaded file and remove it: it may hold identity numbers. What is wrong with it stands on the batch."""
    batch = db.session.get(ImportBatch, batch_id)
    if batch is None:
        return
    path, digest = import_storage().path(batch.file_digest), batch.file_digest
    with suppress(InvalidInput):
        stage(batch_id, path=path, actor=_actor(batch.started_by_id), now=_now())
    forget_upload(digest)


@job("sweeps")
def publish_import(batch_id: int) -> None:
    """Publish a staged file."""
    publish(batch_id, now=_now())


@job("sweeps")
def remove_import(batch_id: int) -> None:
    """Remove what was written of a file that was given up while it was being published."""
    remove_hidden(batch_id)


@periodic(name="forget_uploads", seconds=3600)
def forget_uploads(_now: datetime) -> int:
    """Remove uploads that no file to be staged needs: refused ones, and those a killed process left; return how many."""
    storage = import_storage()
    storage.sweep()
    return sum(forget_upload(digest) for digest in storage.digests(older_than_seconds=LEFT_ALONE_S))


def forget_upload(digest: str) -> bool:
    """Remove an upload unless a file still has to be staged from it; tell whether it did."""
    waiting = sa.select(ImportBatch.id).where(
        ImportBatch.file_digest == digest, ImportBatch.state == BatchState.STAGING
    )
    needed = db.session.scalar(waiting.limit(1)) is not None
    db.session.rollback()
    if not needed:
        import_storage().path(digest).unlink(missing_ok=True)
    return not needed


def enqueue_staging(batch_id: int) -> None:
    """Have a file staged, in the caller's transaction."""
    enqueue("sweeps", stage_import.__name__, f"import:{batch_id}:stage", batch_id)


def enqueue_publication(batch_id: int) -> None:
    """Have a file published, in the caller's transaction."""
    enqueue("sweeps", publish_import.__name__, f"import:{batch_id}:publish", batch_id)


def enqueue_removal(batch_id: int) -> None:
    """Have what is written of a discarded file removed, in the caller's transaction."""
    enqueue("sweeps", remove_import.__name__, f"import:{batch_id}:remove", batch_id)


def _actor(account_id: int | None) -> Actor:
    account = db.session.get(Account, account_id) if account_id is not None else None
    return account.actor() if account is not None else Actor.system()


def _now() -> datetime:
    now: datetime = current_app.extensions["clock"].now()
    return now
