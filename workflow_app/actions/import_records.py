"""Importing a penalty file in the browser: taken in and judged by a job, then published or given up by a person."""

from datetime import datetime

from workflow_app.foundation.database import transaction, transactional
from workflow_app.people.accounts import Actor
from workflow_app.people.permissions import Permission, require
from workflow_app.records.import_batches import locked_batch
from workflow_app.records.import_files import look_at
from workflow_app.records.import_job import enqueue_publication, enqueue_staging
from workflow_app.records.import_publish import order_publication
from workflow_app.records.importing import begin, discard, import_storage


def begin_import(*, filename: str, content: bytes, actor: Actor, now: datetime) -> int:
    """Keep an uploaded file, begin its batch and have it judged; return the batch. Raises InvalidInput on `file`."""
    require(actor, Permission.RECORD_IMPORT)
    storage = import_storage()
    facts = look_at(storage.path(storage.put(content)))
    with transaction():
        batch_id = begin(file_name=filename, facts=facts, department_id=actor.department_id, actor=actor, now=now)
        enqueue_staging(batch_id)
    return batch_id


@transactional
def publish_batch(*, batch_id: int, actor: Actor) -> None:
    """Have a judged file published. Raises NotFound out of scope, RuleViolation where it is not ready."""
    require(actor, Permission.RECORD_IMPORT, locked_batch(batch_id))
    order_publication(batch_id, actor=actor)
    enqueue_publication(batch_id)


@transactional
def discard_batch(*, batch_id: int, actor: Actor, now: datetime) -> None:
    """Give up a file that is not published."""
    require(actor, Permission.RECORD_IMPORT, locked_batch(batch_id))
    discard(batch_id, actor=actor, now=now)
