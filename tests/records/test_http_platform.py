"""What HTTP brings from a platform that means no good: every answer is an outcome, within the time given to it."""

import gzip
import json
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

import pytest

from workflow_app.records.http_platform import HttpPlatform
from workflow_app.records.platform import Confirmed, Mismatch, Order, Outcome, RecordState, Unavailable, Unknown

ORDER = Order(key="K", destination="publication", case_no="C", record_id=1, payload={})
RECEIPT = {"key": "K", "record_id": 1, "case_no": "C", "destination": "publication", "receipt_no": "R1"}
SECONDS = 0.6
Answer = Callable[[socket.socket], None]


@contextmanager
def platform(answer: Answer) -> Iterator[HttpPlatform]:
    """A platform that answers one question with whatever bytes it likes."""
    with socket.create_server(("127.0.0.1", 0)) as server:

        def serve() -> None:
            connection, _ = server.accept()
            with connection, suppress(OSError):
                connection.recv(65536)
                answer(connection)
                connection.shutdown(socket.SHUT_WR)
                while connection.recv(65536):  # a close with the question half read would cut the answer off
                    pass

        threading.Thread(target=serve, daemon=True).start()
        yield HttpPlatform(f"http://127.0.0.1:{server.getsockname()[1]}", "k", timeout=SECONDS)


def reply(body: bytes = b"", status: str = "200 OK", *headers: str) -> Answer:
    """An answer that keeps to the form."""
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", *headers, "", ""]
    return lambda connection: connection.sendall("\r\n".join(lines).encode("latin-1") + body)


def raw(content: bytes) -> Answer:
    return lambda connection: connection.sendall(content)


def drip(start: bytes, each: bytes = b"a") -> Answer:
    def answer(connection: socket.socket) -> None:
        connection.sendall(start)
        for _ in range(100):
            time.sleep(0.1)
            connection.sendall(each)

    return answer


def sent(answer: Answer) -> Outcome:
    with platform(answer) as found:
        return found.send(ORDER)


def receipt(**changes: object) -> bytes:
    return json.dumps(RECEIPT | changes).encode()


@pytest.mark.parametrize(
    "start",
    [b"", b"HTTP/1.1 200 OK\r\nX: ", b"HTTP/1.1 200 OK\r\nContent-Length: 9000\r\n\r\n", b"HTTP/1.1 200 OK\r\n\r\n",
     b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"],
    ids=["status", "header", "body", "body without an end", "chunk"],
)  # fmt: skip
def test_a_byte_now_and_then_does_not_buy_more_time(start: bytes) -> None:
    begun = time.monotonic()
    assert sent(drip(start)) == Unknown("timeout", retry_after=30.0)
    assert time.monotonic() - begun < SECONDS + 2


def test_a_promise_to_go_on_is_no_answer() -> None:
    assert sent(drip(b"", b"HTTP/1.1 100 Continue\r\n\r\n")) == Unknown("timeout", retry_after=30.0)


def test_an_answer_within_its_time_is_taken() -> None:
    assert sent(reply(receipt())) == Confirmed("R1", RECEIPT)
    whole = receipt()
    chunks = b"%x\r\n%b\r\n0\r\n\r\n" % (len(whole), whole)
    assert sent(raw(b"HTTP/1.1 201 Created\r\nTransfer-Encoding: chunked\r\n\r\n" + chunks)) == Confirmed("R1", RECEIPT)


@pytest.mark.parametrize(
    ("given", "seconds"), [("2", 2.0), ("\xb2", None), ("-1", None), ("999999", None), ("Wed, 21 Oct 2026", None)]
)
def test_a_time_to_wait_is_a_plain_number(given: str, seconds: float | None) -> None:
    assert sent(reply(b"", "429 Too Many", f"Retry-After: {given}")) == Unavailable("status_429", seconds)


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (reply(b"[" * 60_000), "not_json"),
        (reply(b'{"a":' * 10_000 + b"1" + b"}" * 10_000), "not_json"),
        (reply(b'{"a":' + b"9" * 6_000 + b"}"), "not_json"),
        (reply(b"\xff\xfe{"), "not_json"),
        (reply(b"<html>"), "not_json"),
        (reply(b"[1]"), "not_an_object"),
        (reply(receipt()[:-1] + b" " * 70_000 + b"}"), "reply_too_large"),
        (reply(gzip.compress(receipt()), "200 OK", "Content-Encoding: gzip"), "not_json"),
        (reply(b"", "302 Found", "Location: http://169.254.169.254/"), "status_302"),
        (reply(b"", "999 Odd"), "status_999"),
        (reply(b"", "204 No Content"), "not_json"),
        (reply(receipt(receipt_no="")), "no_receipt_number"),
        (raw(b"HTTP/1.1 999999 OK\r\n\r\n"), "broken_reply"),
        (raw(b"HTTP/1.1 200 OK\r\n" + b"X: 1\r\n" * 300 + b"\r\n{}"), "broken_reply"),
        (raw(b"HTTP/1.1 200 OK\r\nX: " + b"a" * 70_000 + b"\r\n\r\n{}"), "broken_reply"),
        (raw(b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nZZ\r\n{}"), "broken_reply"),
        (raw(b"HTTP/1.1 200 OK\r\nContent-Length: 500\r\n\r\n" + receipt()), "connection_lost"),
        (raw(b"HTTP/1.1 200 OK\r\nContent-Length: abc\r\n\r\n{}"), "no_key"),
        (raw(b"no HTTP at all\r\n\r\n"), "broken_reply"),
        (raw(b""), "connection_lost"),
    ],
)
def test_an_answer_nobody_understands_leaves_the_order_unknown(answer: Answer, reason: str) -> None:
    assert sent(answer) == Unknown(reason)


@pytest.mark.parametrize(
    "changes",
    [
        {"receipt_no": "\ud800"},
        {"receipt_no": "R\x001"},
        {"receipt_no": "R" * 61},
        {"receipt_no": " "},
        {"receipt_no": "R\u202e1"},
        {"note": "\udfff"},
        {"note": ["x", {"\x00": 1}]},
        {"note": float("nan")},
        {"note": float("inf")},
        {"note": [[[[[[[[[[[1]]]]]]]]]]]},
        {"record_id": True},
    ],
)
def test_a_receipt_that_cannot_be_kept_is_no_success(changes: dict[str, object]) -> None:
    assert isinstance(sent(reply(receipt(**changes))), Mismatch)


def test_a_number_beyond_all_numbers_is_not_kept() -> None:
    assert isinstance(sent(reply(receipt()[:-1] + b',"x":1e999}')), Mismatch)


@pytest.mark.parametrize(
    ("word", "state"),
    [("shown", "active"), ("ended", "ended"), ("disputed", "disputed"), ("\x00\ud800" * 300, "not_a_word"),
     ("<script>", "not_a_word"), ({"a": 1}, "not_a_word")],
)  # fmt: skip
def test_a_state_is_a_word(word: object, state: str) -> None:
    with platform(reply(json.dumps({"record_id": 1, "publication": word}).encode())) as found:
        assert found.state_of(ORDER) == RecordState(state)


@pytest.mark.parametrize(
    ("url", "key", "reason"),
    [
        ("http://127.0.0.1:1", "k", "no_connection"),
        ("https://127.0.0.1:1", "k", "no_connection"),
        ("http://nowhere.invalid", "k", "no_connection"),
        ("ftp://127.0.0.1", "k", "no_such_address"),
        ("http://127.0.0.1:999999", "k", "no_such_address"),
        ("", "k", "no_such_address"),
    ],
)
def test_what_never_left_is_asked_again(url: str, key: str, reason: str) -> None:
    assert HttpPlatform(url, key, timeout=SECONDS).send(ORDER) == Unavailable(reason)


def test_a_key_that_no_header_may_have_is_not_sent() -> None:
    with platform(reply()) as found:
        found.key = "k\r\nX: 1"
        assert found.send(ORDER) == Unavailable("not_askable")


def test_a_platform_that_speaks_no_tls_is_not_asked() -> None:
    with platform(raw(b"HTTP/1.1 400 Bad Request\r\n\r\n")) as found:
        found.url = found.url.replace("http:", "https:")
        assert found.send(ORDER) == Unavailable("no_secure_connection")
    with platform(drip(b"")) as found:
        found.url = found.url.replace("http:", "https:")
        begun = time.monotonic()
        assert isinstance(found.send(ORDER), Unavailable)
        assert time.monotonic() - begun < SECONDS + 2
