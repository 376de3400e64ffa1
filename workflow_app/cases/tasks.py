"""Tasks: the projection of what a case waits for, one row a wait, for queues and for those who ask who did it."""

from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from workflow_app.cases.case import Case
from workflow_app.foundation.database import Model, UTCDateTime
from workflow_app.people.accounts import Role

APPROVE_EXTENSION = "approve_extension"  # work beside the diagram; it ends with the clock it is about
APPROVE_STAY, APPROVE_RESUMPTION = "approve_stay", "approve_resumption"  # the same; they end with the case


class CaseTask(Model):
    """One piece of work on a case. `engine_id` is empty for work beside the diagram (approving an extension)."""

    __tablename__ = "case_task"
    __table_args__ = (
        sa.Index("ix_case_task_queue", "role", "department_id", "closed_at"),
        sa.UniqueConstraint("case_id", "engine_id"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(sa.ForeignKey("case_file.id"), index=True)
    engine_id: Mapped[str | None] = mapped_column(sa.String(32))
    step: Mapped[str] = mapped_column(sa.String(60))
    role: Mapped[str] = mapped_column(sa.String(20))
    department_id: Mapped[int | None] = mapped_column(sa.ForeignKey("department.id"))
    organisation_id: Mapped[int | None] = mapped_column(sa.ForeignKey("organisation.id"))
    assignee_id: Mapped[int | None] = mapped_column(sa.ForeignKey("account.id"), index=True)
    opened_at: Mapped[datetime] = mapped_column(UTCDateTime)
    claimed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    closed_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
    closed_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("account.id"))
    answer: Mapped[dict[str, object] | None] = mapped_column(sa.JSON)
    row_version: Mapped[int] = mapped_column(default=1)
    __mapper_args__ = {"version_id_col": row_version}

    case: Mapped[Case] = relationship()

    @property
    def asked_department_id(self) -> int | None:
        """The department asked for its answer, which sees this task and not the case; None for every other task."""
        return self.department_id if self.role == Role.PROVIDER else None
