"""`flask audit verify`: is the audit log whole?"""

import json
import sys

import click
from flask.cli import AppGroup

from workflow_app.audit.verify import Finding, verify

audit_commands = AppGroup("audit", help="The audit log.")


@audit_commands.command("verify")
@click.option("--json", "as_json", is_flag=True, help="One JSON document on the last line.")
def verify_command(as_json: bool) -> None:
    """Check every link; exit 0 when whole, 2 hash, 3 gap, 4 tail cut off, 6 payload differs."""
    result = verify()
    document = {
        "tried": result.checked,
        "finding": result.finding.name.lower(),
        "seq": result.seq,
        "case_no": result.case_no,
    }
    whole = result.finding is Finding.GOOD
    state = "whole" if whole else f"first bad link {result.seq}: {result.finding.name.lower()}"
    text = f"{result.checked} links, {state}"
    click.echo(json.dumps(document, ensure_ascii=False) if as_json else text)
    sys.exit(int(result.finding))
