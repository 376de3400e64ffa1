"""`python -m bench NAME [--json] [--quick] [options of the measurement]`.

Prints the answer on stdout, progress and broken claims on stderr. Exit 0 when what the house promises holds, 1 when not,
2 for wrong usage.
"""

from __future__ import annotations

import argparse
import importlib
import json
import sys

MEASUREMENTS = {
    "engine": "bench.engine",
    "import": "bench.importing",
    "letters": "bench.letters",
}


def main() -> int:
    """Run one measurement. Each module offers `measure(*, quick, options) -> (answer, broken claims)`."""
    parser = argparse.ArgumentParser(prog="bench", description="Measure what the house promises.")
    parser.add_argument("name", choices=MEASUREMENTS)
    parser.add_argument("--json", action="store_true", help="one JSON document as the last line")
    parser.add_argument("--quick", action="store_true", help="the short form")
    given, options = parser.parse_known_args()
    answer, broken = importlib.import_module(MEASUREMENTS[given.name]).measure(quick=given.quick, options=options)
    for claim in broken:
        print(f"not kept: {claim}", file=sys.stderr)
    print(json.dumps(answer, ensure_ascii=False, indent=None if given.json else 2))
    return 1 if broken else 0


if __name__ == "__main__":
    sys.exit(main())
