"""The cases behind which a background job has failed for good: nothing will happen there until a person asks for it."""

from collections.abc import Mapping
from typing import Any

import sqlalchemy as sa

from workflow_app.foundation.database import db
from workflow_app.jobs.failed import failed_jobs
from workflow_app.letters.letter import Letter
from workflow_app.records.write_back import WriteBack

# Which row the first argument of a job names, and the case that row belongs to.
ROWS: Mapping[str, tuple[Any, Any]] = {
    "render_letter": (Letter.id, Letter.case_id),
    "deliver_write_back": (WriteBack.id, WriteBack.case_id),
}


def failed_job_cases() -> dict[int, str]:
    """Return the cases behind which a job has failed, with the queue of the job."""
    wanted: dict[str, dict[int, str]] = {}
    for job in failed_jobs():
        if job.job in ROWS and job.args:
            wanted.setdefault(job.job, {})[int(job.args[0])] = job.queue
    found: dict[int, str] = {}
    for name, rows in wanted.items():
        row_id, case_id = ROWS[name]
        for row, case in db.session.execute(sa.select(row_id, case_id).where(row_id.in_(rows), case_id.is_not(None))):
            found[case] = rows[row]
    return found
