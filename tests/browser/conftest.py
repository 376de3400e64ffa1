"""A real server on a small world and a real Chromium with Chinese fonts."""

import logging
import os
import shutil
import threading
from collections.abc import Iterator

import pytest
from flask import Flask
from playwright.sync_api import Browser, sync_playwright
from werkzeug.serving import make_server

from tests.browser.pages import Reader, fonts_of
from tests.portals.clients import PASSWORD, open_doors
from tests.world import NOON, World, make_world
from workflow_app.factory import create_app
from workflow_app.foundation.database import db
from workflow_app.settings import Settings


@pytest.fixture(scope="session")
def chromium(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    executable = shutil.which("chromium")
    if executable is None:
        pytest.skip("chromium is not installed")
    fonts = {**os.environ, "LANG": "C.UTF-8", "FONTCONFIG_FILE": str(fonts_of(tmp_path_factory.mktemp("fonts")))}
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=executable, args=["--no-sandbox"], env=fonts)
        yield browser
        browser.close()


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Flask, World]]:
    """The application on a database of its own behind a real socket, with the small world in it."""
    folder = tmp_path_factory.mktemp("browser")
    url = f"sqlite:///{folder / 'browser.sqlite3'}"
    app = create_app(
        Settings(database_url=url, data_dir=folder, secret_key="test-key", environment="test", fixed_now=NOON)
    )
    with app.app_context():
        db.create_all()
        world = make_world()
        open_doors()
    logging.getLogger("werkzeug").setLevel(logging.WARNING)
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}", app, world
    server.shutdown()
    thread.join()


@pytest.fixture
def reader(chromium: Browser, served: tuple[str, Flask, World]) -> Iterator[Reader]:
    """Somebody who is not signed in."""
    context = chromium.new_context(viewport={"width": 1440, "height": 900}, locale="zh-CN")
    context.set_default_timeout(10_000)
    yield Reader(context.new_page(), served[0])
    context.close()


@pytest.fixture
def applicant(reader: Reader) -> Reader:
    """The enterprise's person, signed in."""
    reader.sign_in("qiye", PASSWORD)
    return reader
