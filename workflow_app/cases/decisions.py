"""Proposals and decisions: who proposed what for which reasons, and which other person decided."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from workflow_app.foundation.database import Model, UTCDateTime


class Decision(Model):
    """One proposal and what became of it. `sequence` counts per case; a returned proposal keeps its row."""

    __tablename__ = "decision"
    __table_args__ = (sa.UniqueConstraint("case_id", "sequence"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    case_id: Mapped[int] = mapped_column(sa.ForeignKey("case_file.id"), index=True)
    sequence: Mapped[int]
    proposal: Mapped[str] = mapped_column(sa.String(20))  # grant | deny
    conditions: Mapped[list[dict[str, Any]]] = mapped_column(sa.JSON)
    reasons: Mapped[str] = mapped_column(sa.Text)
    details: Mapped[dict[str, Any]] = mapped_column(sa.JSON, default=dict)
    proposed_by_id: Mapped[int] = mapped_column(sa.ForeignKey("account.id"))
    proposed_at: Mapped[datetime] = mapped_column(UTCDateTime)
    verdict: Mapped[str | None] = mapped_column(sa.String(20))  # granted | denied | returned
    note: Mapped[str] = mapped_column(sa.Text, default="")
    decided_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("account.id"))
    decided_at: Mapped[datetime | None] = mapped_column(UTCDateTime)
