"""Trying a failed job once more, at an administrator's word."""

from datetime import datetime

from workflow_app.audit import log
from workflow_app.foundation.database import transactional
from workflow_app.jobs.failed import retry
from workflow_app.people.accounts import Actor
from workflow_app.people.permissions import Permission, require


@transactional
def retry_job(*, key: str, actor: Actor, now: datetime) -> None:
    """Give a failed job another attempt. Raises NotFound, or Conflict where it has not failed (any more)."""
    require(actor, Permission.JOB_RETRY)
    state = retry(key, actor=actor, now=now)
    details = {"job": state.job, "queue": state.queue}
    log.record(actor=actor, action="job.retried", object_type="job", object_id=key[:60], details=details, now=now)
