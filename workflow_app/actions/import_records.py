"""Importing a file of records in the browser: taken in and judged by a job, then published or given up by a person."""

from datetime import datetime

from workflow_app.foundation.database import transaction, transactional
from workflow_app.people.accounts import Actor
from workflow_app.people.permissions import Permission, require
from workflow_app.records.import_batches import locked_batch
from workflow_app.records.import_files import look_at
from workflow_app.records.import_job import enqueue_publication, enqueue_removal, enqueue_staging, forget_upload
from workflow_app.records.import_kinds import PENALTIES
from workflow_app.records.import_publish import order_publication
from workflow_app.records.importing import begin, department_of, discard, import_storage


def begin_import(*, filename: str, content: bytes, kind: str = PENALTIES, actor: Actor, now: datetime) -> int:
    """Keep an uploaded file, begin its batch and have it judged; return the batch. Raises InvalidInput on `file`.

    A file of which no batch comes is not kept: it may hold identity numbers.
    """
    require(actor, Permission.RECORD_IMPORT)
    storage = import_storage()
    digest = storage.put(content)
    storage.touch(digest)
    department_id = department_of(actor) or None
    try:
        facts = look_at(storage.path(digest))
        with transaction():
            batch_id = begin(
                file_name=filename, facts=facts, department_id=department_id, kind=kind, actor=actor, now=now
            )
            enqueue_staging(batch_id)
        if not storage.path(digest).exists():  # the job of an earlier batch of the same bytes has just ended
            storage.put(content)
    finally:
        forget_upload(digest)
    return batch_id


@transactional
def publish_batch(*, batch_id: int, actor: Actor) -> None:
    """Have a judged file published. Raises NotFound where there is none in scope, RuleViolation where it is not ready."""
    require(actor, Permission.RECORD_IMPORT, locked_batch(batch_id))
    order_publication(batch_id, actor=actor)
    enqueue_publication(batch_id)


@transactional
def discard_batch(*, batch_id: int, actor: Actor, now: datetime) -> None:
    """Give up a file of which nobody has seen a record. Raises NotFound where there is none in scope, RuleViolation after that."""
    require(actor, Permission.RECORD_IMPORT, locked_batch(batch_id))
    discard(batch_id, actor=actor, now=now)
    enqueue_removal(batch_id)
