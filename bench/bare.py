"""WeasyPrint alone, as the letters' contender: a pool of processes, each with its fonts and style sheets warm, that turns finished
HTML into PDF. No sandbox, no limits, no checks, nothing stored."""

from __future__ import annotations

import json
import os
from concurrent.futures import ProcessPoolExecutor
from datetime import datetime
from multiprocessing import get_context
from pathlib import Path
from typing import Any

from workflow_app.letters.glyphs import FONTS

_press: Any = None


class Bare:
    """The pool. `set` takes what the press is asked and returns the sizes of the files, in order."""

    def __init__(self, folder: Path, processes: int) -> None:
        self.pool = ProcessPoolExecutor(
            processes, mp_context=get_context("spawn"), initializer=_warm, initargs=(str(folder),)
        )

    def set(self, questions: list[dict[str, Any]]) -> list[int]:
        """Set letters."""
        return list(self.pool.map(_set, questions))

    def close(self) -> None:
        """End the pool."""
        self.pool.shutdown()


def _warm(folder: str) -> None:
    from workflow_app.letters import press

    config = Path(folder, f"fonts-{os.getpid()}.conf")
    config.write_text(press.FONTCONFIG.format(fonts=FONTS, cache=Path(FONTS, ".cache")), "utf-8")
    os.environ["FONTCONFIG_FILE"] = str(config)
    global _press
    _press = press.Press()  # for its fonts, its fetcher and its styles; nothing else of it is used


def _set(question: dict[str, Any]) -> int:
    from weasyprint import HTML, Attachment

    from workflow_app.letters.press import _assets, _fetcher
    from workflow_app.letters.typesetting import html_of

    names = ("digest", "sources", "content", "sheet")
    fetcher = _fetcher(_assets(question["sources"]) | question["assets"])
    style = _press._style(question["digest"], question["sources"], fetcher)
    html = html_of(**{name: question[name] for name in names})
    issued = datetime.fromisoformat(question["content"]["issued_at"])
    data = json.dumps(question["content"], ensure_ascii=False, sort_keys=True).encode()
    attached = Attachment(
        string=data, name="data.json", relationship="Data", created=issued, modified=issued, url_fetcher=fetcher
    )
    document = HTML(string=html, url_fetcher=fetcher, base_url="asset:").render(
        font_config=_press.fonts, stylesheets=[style]
    )
    return len(document.write_pdf(pdf_variant="pdf/a-3a", attachments=[attached]))
