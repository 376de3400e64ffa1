"""Named places where a crash test may kill this process. Outside a crash test a failpoint does nothing at all."""

import os
import signal
import threading
from collections.abc import Callable
from pathlib import Path


def _ignore(_name: str) -> None:
    """Nothing is armed."""


def _armed(order: str, witness: str) -> Callable[[str], None]:
    """Return a failpoint that kills at the n-th passage of one name. The witness file tells that it happened, once."""
    wanted, _, nth = order.partition(":")
    lock = threading.Lock()
    left = [int(nth or 1)]

    def kill(name: str) -> None:
        if name != wanted:
            return
        with lock:
            left[0] -= 1
            if left[0] or (witness and Path(witness).exists()):
                return
            if witness:
                Path(witness).write_text(f"{name} {os.getpid()}\n")
            os.kill(os.getpid(), signal.SIGKILL)

    return kill


failpoint: Callable[[str], None] = (
    _armed(os.environ["FAILPOINT"], os.environ.get("FAILPOINT_WITNESS", ""))
    if os.environ.get("CRASH_TEST") == "1" and os.environ.get("FAILPOINT")
    else _ignore
)
