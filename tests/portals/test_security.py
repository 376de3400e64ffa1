"""What every request must keep to and every answer carries, whichever page it is."""

import json
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask, request

from tests import world as w
from tests.portals.clients import Browser, client_of, open_doors, token_in
from workflow_app.audit.log import AuditEvent
from workflow_app.audit.verify import verify
from workflow_app.factory import create_app
from workflow_app.foundation.database import db
from workflow_app.foundation.errors import ConfigurationFault, Conflict, ExternalFault, NotFound, RuleViolation
from workflow_app.people.lockout import TooManyTries
from workflow_app.portals.shared.errors import status_of
from workflow_app.settings import Settings, load_settings


@pytest.fixture
def world(app: Flask) -> w.World:
    app.test_client_class = Browser
    world = w.make_world()
    open_doors()
    return world


@pytest.mark.parametrize("path", ["/", "/login", "/nowhere", "/healthz"])
def test_every_answer_carries_the_headers_of_a_strict_site(app: Flask, world: w.World, path: str) -> None:
    headers = app.test_client().get(path).headers
    policy = headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'; script-src 'self'; style-src 'self'")
    assert "unsafe" not in policy
    assert "frame-ancestors 'none'" in policy
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "same-origin"
    assert headers["X-Frame-Options"] == "DENY"
    assert len(headers["X-Request-ID"]) == 16


def test_signed_in_pages_are_kept_nowhere(app: Flask, world: w.World) -> None:
    assert client_of(app, "jingban").get("/desk").headers["Cache-Control"] == "no-store"


@pytest.mark.parametrize(("proxies", "seen"), [(0, "127.0.0.1"), (1, "203.0.113.9"), (2, "198.51.100.7")])
def test_an_address_is_believed_only_from_as_many_proxies_as_are_ours(tmp_path: Path, proxies: int, seen: str) -> None:
    settings = Settings(
        database_url=f"sqlite:///{tmp_path / 'x.sqlite3'}", data_dir=tmp_path, secret_key="k", environment="test",
        fixed_now=w.NOON, proxies=proxies,
    )  # fmt: skip
    app = create_app(settings)
    app.add_url_rule("/address", "address", lambda: request.remote_addr or "")
    answer = app.test_client().get("/address", headers={"X-Forwarded-For": "198.51.100.7, 203.0.113.9"})
    assert answer.text == seen
    assert "evil" not in app.test_client().get("/login", headers={"X-Forwarded-Host": "evil.example"}).text


def test_a_strange_number_of_proxies_stops_the_start(tmp_path: Path) -> None:
    assert load_settings({"DATA_DIR": str(tmp_path), "TRUSTED_PROXIES": "1"}).proxies == 1
    for text in ("-1", "x", "99", ""):
        with pytest.raises(ConfigurationFault):
            load_settings({"DATA_DIR": str(tmp_path), "TRUSTED_PROXIES": text})


def test_a_strange_host_is_refused(app: Flask, world: w.World) -> None:
    answer = app.test_client().get("/", base_url="http://evil.example")
    assert answer.status_code == 400


def test_a_form_needs_its_token(app: Flask, world: w.World) -> None:
    client = client_of(app, "jingban")
    answer = client.post("/logout")
    assert answer.status_code == 400
    assert "页面已过期" in answer.text
    other = token_in(app.test_client().get("/login").text)
    assert client.post("/logout", data={"csrf_token": other}).status_code == 400


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": ""},
        {"Origin": "http://["},
        {"Origin": "http://localhost]:80"},
        {"Sec-Fetch-Site": "cross-site"},
    ],
)
def test_another_site_changes_nothing_even_with_a_token(app: Flask, world: w.World, headers: dict[str, str]) -> None:
    client = client_of(app, "jingban")
    token = token_in(client.get("/password").text)
    assert client.post("/logout", data={"csrf_token": token}, headers=headers).status_code == 400
    assert client.get("/desk").status_code == 200
    assert client.post("/logout", data={"csrf_token": token}, headers={"Origin": "http://localhost"}).status_code == 302


@pytest.mark.parametrize("text", ["a\x00b", "a\x08b", "a\x7fb"])
def test_control_characters_are_no_text(app: Flask, world: w.World, text: str) -> None:
    client = app.test_client()
    token = token_in(client.get("/login").text)
    assert client.post("/login", data={"login": text, "csrf_token": token}).status_code == 400
    assert client.get("/verify", query_string={"code": text}).status_code == 400


@pytest.mark.parametrize("raw", [b"\xc0\xaf", b"\xd6\xd0\xb9\xfa", b"\xff\xfe", b"\xed\xa0\x80"])
def test_broken_encodings_are_refused(app: Flask, world: w.World, raw: bytes) -> None:
    client = app.test_client()
    token = token_in(client.get("/login").text)
    body = b"csrf_token=" + token.encode() + b"&login=" + raw
    answer = client.post("/login", data=body, content_type="application/x-www-form-urlencoded")
    assert answer.status_code == 400
    assert client.get(b"/desk/cases/".decode() + "%c0%af").status_code == 400


def test_a_form_is_not_a_warehouse(app: Flask, world: w.World) -> None:
    client = app.test_client()
    token = token_in(client.get("/login").text)
    assert client.post("/login", data={"csrf_token": token, "login": "x" * 1_000_000}).status_code == 413
    many = {f"f{n}": "x" for n in range(2_000)} | {"csrf_token": token}
    assert client.post("/login", data=many).status_code == 413
    parts = client.post("/login", data=many, content_type="multipart/form-data")
    assert parts.status_code == 413


@pytest.mark.parametrize("method", ["put", "delete", "patch", "trace"])
def test_methods_that_no_page_has(app: Flask, world: w.World, method: str) -> None:
    assert getattr(app.test_client(), method)("/login").status_code in (400, 405)


@pytest.mark.parametrize("number", ["0", "-1", "9223372036854775808", "1 or 1", "%2500", "9" * 400])
def test_ids_that_are_no_ids(app: Flask, world: w.World, number: str) -> None:
    client = client_of(app, "jingban")
    for path in (f"/desk/records/{number}", f"/ledger/{number}", f"/desk/cases/{number}"):
        assert client.get(path).status_code in (400, 404), path


def test_hidden_and_missing_read_the_same(app: Flask, world: w.World) -> None:
    number = w.file(world, w.make_record(world))
    stranger = client_of(app, "waibu")
    hidden = stranger.get(f"/my/cases/{number}")
    missing = stranger.get("/my/cases/GSXF-2026-999999")
    assert (hidden.status_code, missing.status_code) == (404, 404)

    def plain(text: str) -> str:
        return text.split("编号")[0].replace(number, "?").replace("GSXF-2026-999999", "?")

    assert plain(hidden.text) == plain(missing.text)


def test_refusals_are_put_into_the_audit_log(app: Flask, world: w.World) -> None:
    number = w.file(world, w.make_record(world))
    before = db.session.scalar(sa.select(sa.func.count()).select_from(AuditEvent)) or 0
    stranger = client_of(app, "waibu")
    stranger.get(f"/my/cases/{number}")
    stranger.get("/admin/accounts")
    db.session.rollback()
    rows = db.session.scalars(sa.select(AuditEvent).where(AuditEvent.seq > before).order_by(AuditEvent.seq)).all()
    denied = [(r.action, r.outcome, r.reason, r.object_id) for r in rows if r.outcome == "denied"]
    assert denied == [
        ("access.denied", "denied", "not_found", "enterprise.case"),
        ("access.denied", "denied", "not_permitted", "admin.accounts"),
    ]
    assert all(r.address == "127.0.0.1" and r.session_digest and r.request_id for r in rows if r.outcome == "denied")
    assert verify().is_whole


def test_a_program_gets_a_problem_document(app: Flask, world: w.World) -> None:
    answer = client_of(app, "jingban").get("/desk/records/77", headers={"Accept": "application/json"})
    assert answer.content_type == "application/problem+json"
    document = json.loads(answer.data)
    assert (document["status"], answer.status_code) == (404, 404)
    assert document["instance"] == answer.headers["X-Request-ID"]


def test_the_table_of_status_codes() -> None:
    errors = {
        NotFound(): 404,
        RuleViolation("x"): 422,
        Conflict("x"): 409,
        ExternalFault("x"): 503,
        TooManyTries(60): 429,
    }
    assert {status_of(e): s for e, s in errors.items()} == {s: s for s in errors.values()}
