"""The credit platform over HTTP. Distrusts every reply: its size, its time, its form, and whom it speaks of."""

from __future__ import annotations

import json
import math
import re
from typing import Any
from urllib.parse import quote

from workflow_app.records.http_exchange import NoReply, NotSent, exchange
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
WORD = re.compile(r"[a-z_]{1,30}")
LONGEST_NUMBER = 60  # characters of a receipt number
DEEPEST = 10  # of a receipt: what is kept must be readable everywhere it is shown


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
        return RecordState(STATES.get(word, word) if WORD.fullmatch(word) else "not_a_word")

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
        headers = {"X-Api-Key": self.key, "Accept": "application/json", "Content-Type": "application/json"}
        sent = None if content is None else json.dumps(content).encode()
        try:
            reply = exchange(method, url, headers=headers, content=sent, seconds=self.timeout, most=MOST_BYTES)
        except NotSent as fault:
            return Unavailable(str(fault))
        except NoReply as fault:
            return _unknown(str(fault))
        if reply.status in REFUSALS:
            return Refused(REFUSALS[reply.status])
        if reply.status in BUSY:
            return Unavailable(f"status_{reply.status}", _seconds(reply.retry_after))
        if reply.status >= 500 or 300 <= reply.status < 400:
            return Unknown(f"status_{reply.status}")
        if reply.fault:
            return _unknown(reply.fault)
        body = _json_object(reply.body)
        return body if isinstance(body, Unknown) else (reply.status, body)


def _unknown(reason: str) -> Unknown:
    return Unknown(reason, retry_after=STILL_AT_IT_S if reason == "timeout" else None)


def _json_object(content: bytes) -> dict[str, Any] | Unknown:
    """Return a body as a JSON object, or why it is none; whoever nests too deep is no platform of ours."""
    try:
        found = json.loads(content)
    except (ValueError, RecursionError):
        return Unknown("not_json")
    return found if isinstance(found, dict) else Unknown("not_an_object")


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
        if type(body[name]) is not type(value) or body[name] != value:
            return Mismatch(name)
    number = body.get("receipt_no")
    if not isinstance(number, str) or not number:
        return Unknown("no_receipt_number")
    if len(number) > LONGEST_NUMBER or not number.isprintable() or not number.strip():
        return Mismatch("receipt_number_not_keepable")
    return Confirmed(number, body) if _is_keepable(body, DEEPEST) else Mismatch("receipt_not_keepable")


def _is_keepable(value: Any, depth: int) -> bool:
    """Tell whether a value can be stored and shown on both databases: no NUL, no half characters, no endless numbers."""
    if depth == 0:
        return False
    if isinstance(value, dict):
        return all(_is_keepable(part, depth - 1) for pair in value.items() for part in pair)
    if isinstance(value, list):
        return all(_is_keepable(part, depth - 1) for part in value)
    if isinstance(value, str):
        return not any(c == "\0" or "\ud800" <= c <= "\udfff" for c in value)
    return math.isfinite(value) if isinstance(value, float) else True


def _seconds(text: str | None) -> float | None:
    """Return a Retry-After in seconds where it is a plain number; a date is treated as not given."""
    return float(text) if text and re.fullmatch(r"[0-9]{1,5}", text) else None
