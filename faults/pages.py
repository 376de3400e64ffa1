"""Every page in a real browser: `python -m faults pages --json [--quick] [--every N] [--shots FOLDER]`.

Each address that answers with a page is looked at as somebody who may see it, at 1440 and 390 px: in a town full of cases, in one
where nothing has happened yet, and after each of its forms was sent without a word in it; besides, the pages of a refusal. A page
is wrong where axe finds a fault (WCAG A and AA, best practice), where it scrolls sideways, or where the browser complains.
"""

from __future__ import annotations

import argparse
import json
import logging
import os
import shutil
import sys
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Page, Response, sync_playwright
from werkzeug.serving import make_server

from tests.authz.cells import Rule, rules
from tests.authz.town import PEOPLE, Town, build, build_empty
from tests.browser.pages import fonts_of, violations

WIDTHS = (1440, 390)
QUICK = 9  # the short form looks at one address in so many
SEND_EMPTY = """(at) => { const form = document.querySelectorAll('main form[method=post]')[at];
  form.querySelectorAll('input:not([type=hidden]), textarea, select').forEach(e => {
    if (e.type === 'checkbox' || e.type === 'radio') e.checked = false; else if (e.type !== 'file') e.value = ''; });
  form.noValidate = true; HTMLFormElement.prototype.submit.call(form); }"""


@dataclass
class Looking:
    """A browser on one town; what was looked at and what was found wrong."""

    town: Town
    address: str
    browser: Browser
    shots: Path | None
    tried: int = 0
    faults: list[str] = field(default_factory=list)
    contexts: dict[str, BrowserContext] = field(default_factory=dict)

    def page(self, column: str) -> Page:
        """A new page of somebody's browser."""
        if column not in self.contexts:
            context = self.browser.new_context(viewport={"width": WIDTHS[0], "height": 900}, locale="zh-CN")
            context.set_default_timeout(20_000)
            cookie = self.town.cookies[column]
            if cookie:
                context.add_cookies([{"name": "casework", "value": cookie, "url": self.address}])
            self.contexts[column] = context
        return self.contexts[column].new_page()

    def look(self, page: Page, name: str, complaints: list[str]) -> None:
        """Look at what is shown, in both widths."""
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 900})
            self.tried += 1
            found = violations(page)
            if page.evaluate("document.documentElement.scrollWidth") > width:
                found.append("scrolls sideways")
            self.faults += [f"{name} {width}: {fault}" for fault in found]
            if self.shots:
                file = "".join(c if c.isalnum() else "-" for c in name)[:120]
                page.screenshot(path=self.shots / f"{file}-{width}.png", full_page=True)
        self.faults += [f"{name}: {text}" for text in complaints]
        complaints.clear()

    def visit(self, rule: Rule, state: str, *, forms: bool) -> None:
        """Look at the page of an address, if it is one, and at what its forms say when nothing was written in them."""
        column, path = reader_of(rule), rule.path(self.town.names)
        page, complaints = self._open(column)
        try:
            answer = page.goto(self.address + path)
            if not is_page(answer, (200,)):
                return
            page.wait_for_load_state("networkidle")
            self.look(page, f"{state} {column} {path}", complaints)
            for at in range(page.locator("main form[method=post]").count() if forms else 0):
                self._as_it_was()
                page.goto(self.address + path)
                with page.expect_navigation() as gone:
                    page.evaluate(SEND_EMPTY, at)
                complaints.clear()  # that a form was refused is a line in the console of every browser
                if is_page(gone.value, (422,)):
                    self.look(page, f"refused {column} {path} form {at + 1}", complaints)
        except Exception as error:
            lines = str(error).splitlines() or [""]
            if "Download is starting" not in lines[0] and "ERR_ABORTED" not in lines[0]:
                self.faults.append(f"{state} {column} {path}: {type(error).__name__} {lines[0][:200]}")
        finally:
            page.close()
            self._as_it_was()

    def refusal(self, column: str, path: str, status: int) -> None:
        """Look at the page of a refusal."""
        page, complaints = self._open(column)
        answer = page.goto(self.address + path)
        complaints.clear()
        if is_page(answer, (status,)):
            self.look(page, f"refusal {status} {column}", complaints)
        else:
            self.faults.append(f"refusal {status} {column} {path}: {answer and answer.status}")
        page.close()

    def _as_it_was(self) -> None:
        """A form without a word in it may do something all the same: what it did is undone."""
        if self.town.state() != self.town.original:
            self.town.restore()

    def _open(self, column: str) -> tuple[Page, list[str]]:
        page, complaints = self.page(column), list[str]()
        page.on("console", lambda m: complaints.append(m.text) if m.type in ("error", "warning") else None)
        page.on("pageerror", lambda e: complaints.append(str(e)))
        return page, complaints


def reader_of(rule: Rule) -> str:
    """Return who looks at an address: the first who may and is somebody, nobody where nobody else may."""
    allowed = [column for column, letter in rule.letters if letter in "Aa"]
    return next((column for column in allowed if column in PEOPLE), "AN")


def is_page(answer: Response | None, statuses: tuple[int, ...]) -> bool:
    """Tell whether an answer is a whole page."""
    if answer is None or answer.status not in statuses:
        return False
    kind = answer.headers.get("content-type", "")
    return kind.startswith("text/html") and "<html" in answer.text()[:400]


@contextmanager
def serving(app: Flask) -> Iterator[str]:
    """The application behind a socket."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()


def look_at_all(folder: Path, *, every: int, shots: Path | None) -> tuple[int, list[str]]:
    """Look at everything and return how many pages were looked at and what is wrong."""
    executable = shutil.which("chromium")
    if executable is None:
        return 0, ["chromium is not installed"]
    pages = [rule for rule in rules() if rule.method == "GET"]
    pages = pages[::every]
    env = {**os.environ, "LANG": "C.UTF-8", "FONTCONFIG_FILE": str(fonts_of(folder))}
    tried, faults = 0, list[str]()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=["--no-sandbox"], env=env)
        for state, make in (("full", build), ("empty", build_empty)):
            (folder / state).mkdir()
            town = make(folder / state)
            with serving(town.app) as address:
                looking = Looking(town, address, browser, shots)
                for number, rule in enumerate(pages, 1):
                    if state == "full" or "{" not in rule.address:
                        looking.visit(rule, state, forms=state == "full")
                    if number % 20 == 0:
                        sys.stderr.write(f"{state}: {number} of {len(pages)} addresses, {len(looking.faults)} wrong\n")
                if state == "full":
                    looking.refusal("AN", "/no/such/page", 404)
                    looking.refusal("OF", "/desk/records/999999", 404)
                    looking.refusal("DS", "/desk/imports", 403)
                for context in looking.contexts.values():
                    context.close()
            tried, faults = tried + looking.tried, faults + looking.faults
        browser.close()
    return tried, faults


def main(arguments: list[str]) -> int:
    """Look at every page; exit 0 when nothing is wrong with any."""
    parser = argparse.ArgumentParser(prog="pages", description=__doc__)
    parser.add_argument("--json", action="store_true", help="one JSON document on the last line")
    parser.add_argument("--every", type=int, default=1, metavar="N", help="only every so manieth address")
    parser.add_argument("--quick", action="store_true", help=f"every {QUICK}th address")
    parser.add_argument("--shots", type=Path, help="keep pictures here")
    options = parser.parse_args(arguments)
    logging.disable(logging.WARNING)
    if options.shots:
        options.shots.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="casework-pages-") as folder:
        tried, faults = look_at_all(Path(folder), every=QUICK if options.quick else options.every, shots=options.shots)
    for line in faults:
        sys.stderr.write(f"wrong: {line}\n")
    document = {"tried": tried, "faults": len(faults)}
    sys.stdout.write(json.dumps(document) + "\n" if options.json else f"{document}\n")
    return 0 if tried and not faults else 1
