"""The HTTP interface: orders by key, records, a page as the public sees it, and where allowed the strings to pull."""

from __future__ import annotations

import html
import json
import socket
import time
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, TypeGuard
from urllib.parse import unquote

from platform_sim.ledger import Ledger
from platform_sim.moods import Moods
from platform_sim.pages import page

HANG_S = 60.0
MOST_BYTES = 64 * 1024
REFUSE = {"busy": 429, "down": 503, "unauthorised": 401, "malformed": 400, "redirect": 302, "fail_before": 500}


@dataclass
class Platform:
    """The parts of one running platform."""

    ledger: Ledger
    key: str
    control: bool = False
    moods: Moods = field(default_factory=Moods)
    slow_s: float = 2.0
    log: list[dict[str, str]] = field(default_factory=list)


class Handler(BaseHTTPRequestHandler):
    """One request. Never trusts its input further than a demonstration needs."""

    protocol_version = "HTTP/1.1"
    platform: Platform

    def do_GET(self) -> None:
        """Answer a question."""
        parts = self._parts()
        if parts == ["healthz"]:
            return self._json(200, {"ok": True})
        if len(parts) == 2 and parts[0] == "records" and parts[1].isdigit():
            return self._send(
                200, page(self.platform.ledger.record(int(parts[1]))).encode(), "text/html; charset=utf-8"
            )
        if parts[:1] == ["control"] and self.platform.control:
            return self._control_read(parts[1:])
        if not self._is_known_caller() or not self._goes_well("read"):
            return None
        if len(parts) == 3 and parts[:2] == ["api", "orders"]:
            self._note("look_up", parts[2])
            found = self.platform.ledger.receipt(parts[2])
            return self._json(200, found) if found else self._json(404, {"code": "unknown_key"})
        if len(parts) == 3 and parts[:2] == ["api", "records"] and parts[2].isdigit():
            return self._json(200, self.platform.ledger.record(int(parts[2])))
        return self._json(404, {"code": "not_found"})

    def do_PUT(self) -> None:
        """Do an order."""
        body = self._body()
        parts = self._parts()
        if len(parts) != 3 or parts[:2] != ["api", "orders"]:
            return self._json(404, {"code": "not_found"})
        if not self._is_known_caller():
            return None
        if not _is_order(body):
            return self._json(400, {"code": "malformed"})
        self._note("order", parts[2])
        return self._do(parts[2], body)

    def do_POST(self) -> None:
        """Pull a string, where that is allowed."""
        body = self._body() or {}
        parts = self._parts()
        if not self.platform.control or parts[:1] != ["control"]:
            return self._json(404, {"code": "not_found"})
        try:
            if parts[1:] == ["mood"]:
                self.platform.moods.set(body)
            elif parts[1:] == ["record"]:
                self.platform.ledger.set_record(int(body["record_id"]), str(body["destination"]), str(body["state"]))
            elif parts[1:] == ["forget"]:
                self.platform.ledger.forget(str(body["key"]))
            else:
                return self._json(404, {"code": "not_found"})
        except (KeyError, ValueError) as fault:
            return self._json(422, {"code": "invalid", "detail": html.escape(str(fault))})
        return self._json(200, {"ok": True})

    def _do(self, key: str, order: dict[str, Any]) -> None:
        mood = self.platform.moods.next(is_read=False)
        if self._misbehaved_before(mood):
            return None
        receipt = self.platform.ledger.apply(key, order)
        if mood == "well":
            return self._json(201, receipt)
        return self._misbehave_after(mood, key, receipt)

    def _goes_well(self, _what: str) -> bool:
        mood = self.platform.moods.next(is_read=True)
        if mood == "well":
            return True
        if not self._misbehaved_before(mood):
            self._misbehave_after(mood, "", {})
        return False

    def _misbehaved_before(self, mood: str) -> bool:
        """Misbehave in the ways that leave the order undone; False where the mood is another one."""
        if mood in REFUSE:
            headers = {"busy": {"Retry-After": "2"}, "redirect": {"Location": "http://127.0.0.1:9/"}}.get(mood, {})
            self._json(REFUSE[mood], {"code": mood}, headers)
        elif mood == "html":
            self._send(200, b"<html><body>maintenance</body></html>", "text/html")
        elif mood == "cut_before":
            self._hang_up()
        elif mood == "hang_before":
            self._hang()
        else:
            return False
        return True

    def _misbehave_after(self, mood: str, key: str, receipt: dict[str, Any]) -> None:
        """Misbehave although the order is done."""
        if mood == "forget":
            self.platform.ledger.forget(key)
        if mood in ("fail_after", "forget"):
            return self._json(500, {"code": "internal"})
        if mood == "cut_after":
            return self._hang_up()
        if mood == "hang_after":
            return self._hang()
        if mood == "html_after":
            return self._send(200, b"<html><body>ok</body></html>", "text/html")
        if mood == "huge":
            return self._send(200, b'{"pad":"' + b"x" * 10_000_000 + b'"}', "application/json")
        if mood == "cut_json":
            return self._send(200, json.dumps({"platform": "simulated", **receipt}).encode()[:25], "application/json")
        if mood == "slow":
            time.sleep(self.platform.slow_s)
        wrong: dict[str, dict[str, Any]] = {
            "wrong_record": {"record_id": 999999},
            "wrong_case": {"case_no": "GSXF-1999-000001"},
        }
        return self._json(201, receipt | wrong.get(mood, {}))

    def _control_read(self, parts: list[str]) -> None:
        if parts == ["effects"]:
            return self._json(200, self.platform.ledger.effects())
        if parts == ["log"]:
            return self._json(200, {"requests": self.platform.log})
        return self._json(404, {"code": "not_found"})

    def _parts(self) -> list[str]:
        return [unquote(part) for part in self.path.split("?")[0].split("/") if part]

    def _body(self) -> dict[str, Any] | None:
        length = self.headers.get("Content-Length", "0")
        if not length.isdigit() or int(length) > MOST_BYTES:
            self.close_connection = True
            return None
        try:
            found = json.loads(self.rfile.read(int(length)) or b"null")
        except ValueError:
            return None
        return found if isinstance(found, dict) else None

    def _is_known_caller(self) -> bool:
        if self.headers.get("X-Api-Key") == self.platform.key:
            return True
        self._json(401, {"code": "unauthorised"})
        return False

    def _note(self, what: str, key: str) -> None:
        if self.platform.control:
            self.platform.log.append({"what": what, "key": key})

    def _hang(self) -> None:
        time.sleep(HANG_S)
        self._hang_up()

    def _hang_up(self) -> None:
        self.close_connection = True
        self.connection.shutdown(socket.SHUT_RDWR)

    def _json(self, status: int, body: dict[str, Any], headers: dict[str, str] | None = None) -> None:
        self._send(status, json.dumps(body, ensure_ascii=False).encode(), "application/json; charset=utf-8", headers)

    def _send(self, status: int, content: bytes, kind: str, headers: dict[str, str] | None = None) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(content)))
        self.send_header("X-Content-Type-Options", "nosniff")
        self.send_header("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'")
        for name, value in (headers or {}).items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the name is the library's
        """Keep quiet: the control log tells what tests need."""


def _is_order(body: dict[str, Any] | None) -> TypeGuard[dict[str, Any]]:
    return (
        body is not None
        and body.get("destination") in ("publication", "sharing")
        and isinstance(body.get("record_id"), int)
        and isinstance(body.get("case_no"), str)
        and body.get("leaves", "ended") in ("ended", "active", "breached")
    )


class Server(ThreadingHTTPServer):
    """A platform at a port of the loopback address. A caller that hangs up is not an error worth a trace."""

    daemon_threads = True
    allow_reuse_address = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing."""


def serve(platform: Platform, port: int, host: str = "127.0.0.1") -> Server:
    """Return a server bound to a port (0 picks one); the caller runs it."""
    return Server((host, port), type("BoundHandler", (Handler,), {"platform": platform}))
