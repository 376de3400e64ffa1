"""Style sheets and scripts: served for good under their version, with integrity, without a picture inside."""

import base64
import hashlib
import json
import re
from pathlib import Path

import pytest
from flask import Flask

from workflow_app.foundation.errors import ConfigurationFault
from workflow_app.portals.shared.assets import OWN, STYLES

ROOT = Path(__file__).parents[2]
LINK = re.compile(r'(?:href|src)="(/static/[^"]+)" integrity="sha384-([^"]+)"')


def test_every_linked_file_has_the_promised_bytes(app: Flask) -> None:
    client = app.test_client()
    found = LINK.findall(client.get("/").text)
    assert len(found) >= len(STYLES)
    for address, digest in found:
        answer = client.get(address)
        assert answer.status_code == 200
        assert base64.b64encode(hashlib.sha384(answer.data).digest()).decode() == digest
        assert "immutable" in answer.headers["Cache-Control"]


def test_the_vendored_files_are_those_of_the_manifest() -> None:
    promised = json.loads((ROOT / "frontend" / "vendor.sri.json").read_text("utf-8"))
    for name, integrity in promised.items():
        content = (ROOT / "frontend" / "static" / "vendor" / name).read_bytes()
        assert "sha384-" + base64.b64encode(hashlib.sha384(content).digest()).decode() == integrity, name


def test_no_style_sheet_carries_a_picture_or_leads_elsewhere() -> None:
    sheets = [*OWN.rglob("*.css"), *(ROOT / "frontend" / "static" / "vendor").glob("*.css")]
    for sheet in sheets:
        addresses = re.findall(r"url\(([^)]*)\)", sheet.read_text("utf-8"))
        assert [a for a in addresses if "data:" in a or "//" in a] == [], sheet.name


def test_an_unknown_file_is_a_fault_at_once(app: Flask) -> None:
    with pytest.raises(ConfigurationFault):
        app.jinja_env.globals["asset"]("css/none.css")


def test_style_sheets_and_scripts_stay_readable() -> None:
    for path in (*OWN.rglob("*.css"), *OWN.rglob("*.js")):
        assert len(path.read_text("utf-8").splitlines()) <= 300, path.name


def test_colours_are_tokens_only() -> None:
    for sheet in OWN.rglob("*.css"):
        if sheet.name == "tokens.css":
            continue
        colours = re.findall(r"#[0-9a-fA-F]{3,8}\b", re.sub(r"/\*.*?\*/", "", sheet.read_text("utf-8"), flags=re.S))
        assert {c for c in colours if not c.lower().startswith("#fff")} <= set(), sheet.name
