"""How a process and its child talk: JSON and raw bytes, each after its length. No pickles: a child is not trusted."""

import json
import os
import resource
import struct
import sys
from collections.abc import Callable
from typing import Any, BinaryIO

HEAD = struct.Struct(">II")
LIMIT = 200 * 1024 * 1024
CPU_SECONDS = 20

Handler = Callable[[dict[str, Any]], tuple[dict[str, Any], bytes]]


def write_message(stream: BinaryIO, head: dict[str, Any], body: bytes = b"") -> None:
    """Send one message."""
    raw = json.dumps(head, ensure_ascii=False).encode()
    stream.write(HEAD.pack(len(raw), len(body)) + raw + body)
    stream.flush()


def read_message(stream: BinaryIO) -> tuple[dict[str, Any], bytes]:
    """Receive one message. Raises EOFError where the other side has ended or does not keep to the form."""
    sizes = HEAD.unpack(_exactly(stream, HEAD.size))
    if sum(sizes) > LIMIT:
        raise EOFError("message too large")
    head, body = _exactly(stream, sizes[0]), _exactly(stream, sizes[1])
    found = json.loads(head)
    if not isinstance(found, dict):
        raise EOFError("not a message")
    return found, body


def _exactly(stream: BinaryIO, size: int) -> bytes:
    data = stream.read(size)
    if len(data) != size:
        raise EOFError("the other side has ended")
    return data


def serve(handler: Handler) -> None:
    """Answer messages in the child until the parent ends. What libraries print goes to standard error."""
    incoming = os.fdopen(os.dup(0), "rb")
    outgoing = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    while True:
        try:
            head, _ = read_message(incoming)
        except EOFError:
            return
        allow_cpu(min(int(head.get("cpu_seconds", CPU_SECONDS)), CPU_SECONDS))
        answer, body = handler(head)
        write_message(outgoing, answer, body)
        if answer.get("end"):
            sys.exit(1)


def allow_cpu(seconds: int) -> None:
    """Give this process so many seconds of processor time from now on; the kernel ends it when they are used up."""
    usage = resource.getrusage(resource.RUSAGE_SELF)
    hard = resource.getrlimit(resource.RLIMIT_CPU)[1]
    resource.setrlimit(resource.RLIMIT_CPU, (int(usage.ru_utime + usage.ru_stime) + seconds + 1, hard))
