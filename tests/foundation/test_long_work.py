"""What the database is kept free of: long work while a transaction is open, for which whoever writes would wait, and what
people typed in its messages."""

from collections.abc import Callable
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.exc import DBAPIError

from tests import papers
from workflow_app.actions.sweep_deadlines import _told
from workflow_app.foundation.database import db, transaction
from workflow_app.foundation.workbook import claimed_rows
from workflow_app.letters.pages import page_images
from workflow_app.letters.pdf_check import pdf_fault

LONG: dict[str, Callable[[], object]] = {
    "looking at a PDF": lambda: pdf_fault(papers.pdf()),
    "page images": lambda: page_images(papers.pdf(), "application/pdf"),
    "looking at a workbook": lambda: claimed_rows(Path("x.xlsx")),
}


@pytest.mark.parametrize("what", LONG)
def test_no_child_process_runs_inside_a_transaction(app: Flask, what: str) -> None:
    with pytest.raises(RuntimeError, match="inside a transaction"), transaction():
        LONG[what]()


def test_what_people_typed_is_in_no_message_of_the_database(app: Flask) -> None:
    with pytest.raises(DBAPIError) as caught:
        db.session.execute(sa.text("SELECT :secret FROM nowhere"), {"secret": "张三的电话"})
    db.session.rollback()
    assert "张三" not in str(caught.value)
    told = _told(caught.value)
    assert told.split()[0] == type(caught.value).__name__ and "nowhere" not in told
