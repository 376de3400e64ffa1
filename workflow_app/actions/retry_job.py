"""Trying a failed job once more, at an administrator's word."""

from datetime import datetime

from workflow_app.audit import log
from workflow_app.foundation.database import transactional
from workflow_app.foundation.errors import NotPermitted
from workflow_app.jobs.failed import retry
from workflow_app.people.accounts import Actor, Role
from workflow_app.people.permissions import Permission, may, require


def may_retry(actor: Actor, queue: str) -> bool:
    """Tell whether the jobs of a queue are an actor's to try again."""
    return may(actor, Permission.JOB_RETRY) and (queue == "writeback") == (actor.role is Role.CLERK)


@transactional
def retry_job(*, key: str, actor: Actor, now: datetime) -> None:
    """Give a failed job another attempt. Raises NotFound, or Conflict where it has not failed (any more).

    Write-backs are the platform operator's, everything else the system administrator's. Raises NotPermitted.
    """
    require(actor, Permission.JOB_RETRY)
    state = retry(key, actor=actor, now=now)
    if not may_retry(actor, state.queue):
        raise NotPermitted(permission=Permission.JOB_RETRY.value)
    details = {"job": state.job, "queue": state.queue}
    log.record(actor=actor, action="job.retried", object_type="job", object_id=key[:60], details=details, now=now)
