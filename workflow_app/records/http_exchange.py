"""One HTTP question and its answer, over before a deadline whatever the other side does: connecting, headers and body.

Follows no redirect, repeats nothing, asks no proxy. What the answer means is the caller's matter.
"""

from __future__ import annotations

import http.client
import socket
import ssl
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from urllib.parse import SplitResult, urlsplit

from workflow_app.foundation.failpoints import failpoint

PORTS = {"http": 80, "https": 443}


class NotSent(Exception):
    """The question did not leave: nothing can have come of it."""


class NoReply(Exception):
    """The question may have arrived, and no answer was understood."""


@dataclass(frozen=True, kw_only=True)
class Reply:
    """An answer whose headers came in. `fault` says what was wrong with its body, which is then empty."""

    status: int
    retry_after: str | None
    body: bytes = b""
    fault: str = ""


def exchange(
    method: str, url: str, *, headers: Mapping[str, str], content: bytes | None, seconds: float, most: int
) -> Reply:
    """Ask and return the answer, a body of up to `most` bytes. Raises NotSent and NoReply, within `seconds` and a little."""
    until = time.monotonic() + seconds
    connection, path = _connected(url, until)
    try:
        with _cut_at(connection, until) as was_cut:
            try:
                return _ask(connection, method, path, headers=headers, content=content, most=most, was_cut=was_cut)
            except (OSError, http.client.HTTPException) as fault:
                raise NoReply(_word(fault, was_cut)) from fault
    finally:
        connection.close()


def _connected(url: str, until: float) -> tuple[http.client.HTTPConnection, str]:
    """Return an open connection and the path to ask for."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port or PORTS[parts.scheme]
        connection = http.client.HTTPConnection(host, port)
        connection.sock = _dial(parts, host, port, until)
    except TimeoutError as fault:
        raise NotSent("connect_timeout") from fault
    except ssl.SSLError as fault:
        raise NotSent("no_secure_connection") from fault
    except OSError as fault:
        raise NotSent("no_connection") from fault
    except (ValueError, KeyError) as fault:
        raise NotSent("no_such_address") from fault
    return connection, parts.path + (f"?{parts.query}" if parts.query else "")


def _dial(parts: SplitResult, host: str, port: int, until: float) -> socket.socket:
    found: OSError = OSError("no address")
    for family, kind, protocol, _, address in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM):
        plain = socket.socket(family, kind, protocol)
        try:
            plain.settimeout(max(until - time.monotonic(), 0.001))
            plain.connect(address)
            plain.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            if parts.scheme == "https":  # its handshake is bounded as a whole
                return ssl.create_default_context().wrap_socket(plain, server_hostname=host)
            return plain
        except OSError as fault:
            plain.close()
            found = fault
    raise found


@contextmanager
def _cut_at(connection: http.client.HTTPConnection, until: float) -> Iterator[threading.Event]:
    """End the connection at a deadline, whatever is waited for; a timeout of the socket begins anew with every byte."""
    was_cut = threading.Event()
    handle = socket.fromfd(connection.sock.fileno(), connection.sock.family, socket.SOCK_STREAM)

    def cut() -> None:
        was_cut.set()
        with suppress(OSError):
            handle.shutdown(socket.SHUT_RDWR)

    watch = threading.Timer(max(until - time.monotonic(), 0), cut)
    watch.daemon = True
    watch.start()
    try:
        yield was_cut
    finally:
        watch.cancel()
        handle.close()


def _ask(
    connection: http.client.HTTPConnection,
    method: str,
    path: str,
    *,
    headers: Mapping[str, str],
    content: bytes | None,
    most: int,
    was_cut: threading.Event,
) -> Reply:
    try:
        connection.request(method, path, body=content, headers={"Accept-Encoding": "identity", **headers})
    except ValueError as fault:  # raised before anything is sent: a character that no header may have
        raise NotSent("not_askable") from fault
    answer = connection.getresponse()
    failpoint("write_back.sent")
    status, retry_after = answer.status, answer.getheader("Retry-After")
    try:
        body = answer.read(most + 1)
        left = answer.length  # of a body that broke off
    except (OSError, http.client.HTTPException, ValueError) as fault:
        return Reply(status=status, retry_after=retry_after, fault=_word(fault, was_cut))
    if len(body) > most:
        return Reply(status=status, retry_after=retry_after, fault="reply_too_large")
    if was_cut.is_set() or left:
        return Reply(status=status, retry_after=retry_after, fault=_word(None, was_cut))
    return Reply(status=status, retry_after=retry_after, body=body)


def _word(fault: Exception | None, was_cut: threading.Event) -> str:
    if was_cut.is_set() or isinstance(fault, TimeoutError):
        return "timeout"
    if isinstance(fault, http.client.HTTPException) and not isinstance(fault, ConnectionError):
        return "broken_reply"
    return "connection_lost"
