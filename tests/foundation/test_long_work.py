"""What takes seconds is never done while a transaction is open: whoever writes would wait for it."""

from collections.abc import Callable
from pathlib import Path

import pytest
from flask import Flask

from tests import papers
from workflow_app.foundation.database import transaction
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
