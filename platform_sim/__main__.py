"""`python -m platform_sim --port 8090 --data DIR`: run the platform until SIGTERM or SIGINT."""

import argparse
import os
import signal
import sys
import threading
from pathlib import Path

from platform_sim.ledger import Ledger
from platform_sim.server import Platform, serve


def main(arguments: list[str] | None = None) -> int:
    """Serve; return 1 with one sentence when the port is taken."""
    parser = argparse.ArgumentParser(prog="python -m platform_sim")
    parser.add_argument("--port", type=int, default=8090)
    parser.add_argument("--data", type=Path, required=True, help="folder of the platform's own database")
    parser.add_argument("--key", default=os.environ.get("PLATFORM_KEY", "demo-platform-key"))
    parser.add_argument("--control", action="store_true", help="offer /control, for tests")
    parser.add_argument(
        "--repeats", action="store_true", help="do an order again when it comes again (no deduplication)"
    )
    options = parser.parse_args(arguments)
    platform = Platform(
        ledger=Ledger(options.data, deduplicates=not options.repeats), key=options.key, control=options.control
    )
    try:
        server = serve(platform, options.port)
    except OSError as fault:
        sys.stderr.write(f"platform_sim: port {options.port}: {fault.strerror}\n")
        return 1
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: threading.Thread(target=server.shutdown).start())
    sys.stderr.write(f"platform_sim: http://127.0.0.1:{server.server_port}\n")
    sys.stderr.flush()
    server.serve_forever(poll_interval=0.2)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
