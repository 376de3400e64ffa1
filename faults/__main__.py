"""`python -m faults NAME …`: run one of the harnesses."""

import sys
from importlib import import_module
from pathlib import Path

NAMES = sorted(
    p.stem for p in Path(__file__).parent.glob("*.py") if "\ndef main(" in p.read_text("utf-8") and p.stem[0] != "_"
)


def run() -> int:
    """Dispatch to the `main` of the harness named first; return its exit code, 2 for a name there is not."""
    if len(sys.argv) < 2 or sys.argv[1] not in NAMES:
        sys.stderr.write(f"python -m faults {'|'.join(NAMES)} …\n")
        return 2
    found = import_module(f"faults.{sys.argv[1]}").main(sys.argv[2:])
    return int(found)


if __name__ == "__main__":
    raise SystemExit(run())
