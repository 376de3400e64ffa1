"""The credit platform over HTTP. Distrusts every reply: its size, its time, its form, and whom it speaks of."""

from __future__ import annotations

import json
import time
from typing import Any
from urllib.parse import quote

import requests

from workflow_app.foundation.failpoints import failpoint
from workflow_app.records.platform import (
    Confirmed,
    Mismatch,
    NotApplied,
    Order,
    Outcome,
    RecordState,
    Refused,
    Unavailable,
    Unknown,
)

TIMEOUT_S = 10.0
STILL_AT_IT_S = 30.0  # a platform that has not answered may be at work yet: asked too soon, it would not know the order
MOST_BYTES = 64 * 1024
REFUSALS = {400: "malformed", 401: "unauthorised", 403: "forbidden", 405: "not_offered", 409: "conflicting",
            413: "too_large", 415: "wrong_type", 422: "invalid"}  # fmt: skip
BUSY = {429, 503}
STATES = {"shown": "active", "shared": "active", "ended": "ended", "stopped": "ended"}


class _Unreadable(Exception):
    """A reply that is not a JSON object of reasonable size in reasonable time."""


class HttpPlatform:
    """A platform at an address, with its key in a header. Follows no redirect and repeats nothing by itself."""

    def __init__(self, url: str, key: str, *, timeout: float = TIMEOUT_S) -> None:
        self.url = url.rstrip("/")
        self.key = key
        self.timeout = timeout

    def look_up(self, order: Order) -> Outcome:
        """Ask what became of an order. Only the platform's own "unknown key" counts as not applied."""
        reply = self._call("GET", self._order_url(order))
        if not isinstance(reply, tuple):
            return reply
        status, body = reply
        if status == 404:
            return NotApplied() if body.get("code") == "unknown_key" else Unavailable("no_such_address")
        return _receipt(order, body) if status == 200 else Unavailable(f"status_{status}")

    def state_of(self, order: Order) -> RecordState | Outcome:
        """Ask what is shown of the record now."""
        reply = self._call("GET", f"{self.url}/api/records/{order.record_id}")
        if not isinstance(reply, tuple):
            return reply
        status, body = reply
        if status != 200:
            return Unavailable(f"status_{status}")
        if body.get("record_id") != order.record_id:
            return Mismatch("record")
        word = str(body.get(order.destination))
        return RecordState(STATES.get(word, word))

    def send(self, order: Order) -> Outcome:
        """Send the order under its key. After any reply but a receipt or a refusal the outcome is unknown."""
        content = order.payload | {"destination": order.destination}
        reply = self._call("PUT", self._order_url(order), content)
        if not isinstance(reply, tuple):
            return reply
        status, body = reply
        if status == 404 and body.get("code") == "unknown_record":
            return Refused("unknown_record")
        return _receipt(order, body) if status in (200, 201) else Unknown(f"status_{status}")

    def _order_url(self, order: Order) -> str:
        return f"{self.url}/api/orders/{quote(order.key, safe='')}"

    def _call(
        self, method: str, url: str, content: dict[str, Any] | None = None
    ) -> tuple[int, dict[str, Any]] | Outcome:
        deadline = time.monotonic() + self.timeout
        try:
            with (
                _session() as session,
                session.request(
                    method,
                    url,
                    json=content,
                    headers={"X-Api-Key": self.key, "Accept": "application/json"},
                    timeout=self.timeout,
                    allow_redirects=False,
                    stream=True,
                ) as response,
            ):
                failpoint("write_back.sent")
                status = response.status_code
                if status in REFUSALS:
                    return Refused(REFUSALS[status])
                if status in BUSY:
                    return Unavailable(f"status_{status}", _seconds(response.headers.get("Retry-After")))
                if status >= 500 or 300 <= status < 400:
                    return Unknown(f"status_{status}")
                return status, _json_object(response, deadline)
        except requests.exceptions.ConnectTimeout:
            return Unavailable("connect_timeout")
        except requests.exceptions.Timeout:
            return Unknown("timeout", retry_after=STILL_AT_IT_S)
        except requests.exceptions.ConnectionError as fault:
            refused = "Connection refused" in str(fault) or "Name or service" in str(fault)
            return Unavailable("no_connection") if refused else Unknown("connection_lost")
        except (requests.exceptions.RequestException, _Unreadable) as fault:
            return Unknown(str(fault)[:100] if isinstance(fault, _Unreadable) else "broken_reply")


def _session() -> requests.Session:
    """A session of one call: no proxy, no password file, no connection that the platform may have closed meanwhile."""
    session = requests.Session()
    session.trust_env = False
    return session


def _json_object(response: requests.Response, deadline: float) -> dict[str, Any]:
    """Return the body as a JSON object. Raises _Unreadable beyond the size or the time, or for anything else."""
    content = b""
    for part in response.iter_content(8192):
        content += part
        if len(content) > MOST_BYTES:
            raise _Unreadable("reply_too_large")
        if time.monotonic() > deadline:
            raise _Unreadable("reply_too_slow")
    try:
        found = json.loads(content)
    except ValueError:
        raise _Unreadable("not_json") from None
    if not isinstance(found, dict):
        raise _Unreadable("not_an_object")
    return found


def _receipt(order: Order, body: dict[str, Any]) -> Outcome:
    """Return the confirmation, provided that the reply speaks of this order, this record and this case."""
    wanted = {
        "key": order.key,
        "record_id": order.record_id,
        "case_no": order.case_no,
        "destination": order.destination,
    }
    for name, value in wanted.items():
        if name not in body:
            return Unknown(f"no_{name}")
        if body[name] != value:
            return Mismatch(name)
    number = body.get("receipt_no")
    if not isinstance(number, str) or not 0 < len(number) <= 60:
        return Unknown("no_receipt_number")
    return Confirmed(number, body)


def _seconds(text: str | None) -> float | None:
    """Return a Retry-After in seconds where it is a plain number; a date is treated as not given."""
    return float(text) if text and text.isdigit() and len(text) < 6 else None
