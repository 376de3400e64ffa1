"""Nobody sees another's case: every address, method, role and scope against the matrix written by hand."""

import argparse
import json
import logging
import sys
import tempfile
from pathlib import Path

from tests.authz import policies
from tests.authz.cells import fault, rules
from tests.authz.test_matrix import unmapped
from tests.authz.town import build


def main(arguments: list[str]) -> int:
    """Ask every cell; exit 0 when none is wrong and every address has its line."""
    parser = argparse.ArgumentParser(prog="authz", description=__doc__)
    parser.add_argument("--json", action="store_true", help="one JSON document on the last line")
    parser.add_argument("--quick", action="store_true", help="refusals only")
    options = parser.parse_args(arguments)
    logging.disable(logging.WARNING)
    with tempfile.TemporaryDirectory(prefix="casework-authz-") as folder:
        town = build(Path(folder))
        lines = rules()
        cells = [
            (rule, c, letter) for rule in lines for c, letter in rule.letters if not (options.quick and letter in "Aa")
        ]
        wrong = policies.faults(town)
        for number, (rule, column, letter) in enumerate(cells, 1):
            found = fault(town, rule, column, letter)
            if found:
                wrong.append(f"{rule.title} {found}")
            if number % 250 == 0:
                sys.stderr.write(f"{number} of {len(cells)} cells, {len(wrong)} wrong\n")
        strange = sorted(" ".join(pair) for pair in unmapped(town))
    for line in (*wrong, *strange):
        sys.stderr.write(f"wrong: {line}\n")
    document = {"tried": len(cells), "cells_wrong": len(wrong), "unmapped": len(strange)}
    sys.stdout.write(json.dumps(document) + "\n" if options.json else f"{document}\n")
    return 0 if cells and not wrong and not strange else 1
