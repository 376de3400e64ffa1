"""Jobs: what failed and can be tried again, what waits for an outside system, who works."""

from flask import flash, redirect, render_template, url_for
from werkzeug.wrappers import Response

from workflow_app.actions.retry_job import may_retry, retry_job
from workflow_app.foundation.labels import label
from workflow_app.jobs.failed import delayed_jobs, failed_jobs, periodic_work, queue_depths, workers
from workflow_app.jobs.queue import QUEUES
from workflow_app.people.permissions import Permission
from workflow_app.portals.admin import bp
from workflow_app.portals.shared.guards import guarded
from workflow_app.portals.shared.moment import now
from workflow_app.portals.shared.session import current_actor


@bp.get("/jobs")
@guarded(Permission.JOB_VIEW)
def jobs() -> str:
    """The state of the background work."""
    return render_template(
        "portals/admin/jobs.html",
        failed=failed_jobs(),
        delayed=delayed_jobs(),
        depths=queue_depths(),
        workers=workers(),
        periodic=periodic_work(),
        retries=[name for name in QUEUES if may_retry(current_actor(), name)],
    )


@bp.post("/jobs/<path:key>/retry")
@guarded(Permission.JOB_RETRY)
def retry(key: str) -> Response:
    """Try a failed job once more."""
    retry_job(key=key, actor=current_actor(), now=now())
    flash(label("admin.retried"), "ok")
    return redirect(url_for("admin.jobs"))
