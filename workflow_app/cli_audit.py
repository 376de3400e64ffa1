"""`flask audit …`: is the log whole, its end signed and kept outside, and the SQL that guards its tables."""

import json
import sys
from pathlib import Path

import click
from flask import current_app
from flask.cli import AppGroup

from workflow_app.audit.anchors import make_key, read_anchors, write_anchor
from workflow_app.audit.verify import Verification, verify
from workflow_app.foundation.errors import ConfigurationFault

audit_commands = AppGroup("audit", help="The audit log.")
FOLDER = click.Path(file_okay=False, path_type=Path)


@audit_commands.command("verify")
@click.option("--anchors", type=FOLDER, help="Folder with signed anchors to check against.")
@click.option("--json", "as_json", is_flag=True, help="One JSON document on the last line.")
def verify_command(anchors: Path | None, as_json: bool) -> None:
    """Check every link. Exit 0 whole, 2 hash, 3 gap, 4 cut off or rewritten, 5 anchor signature, 7 guard gone."""
    try:
        found = read_anchors(anchors) if anchors else ()
    except ConfigurationFault as fault:
        raise click.ClickException(str(fault)) from None
    result = verify(found)
    click.echo(json.dumps(_document(result), ensure_ascii=False) if as_json else _said(result))
    sys.exit(result.finding.exit_code)


@audit_commands.command("key")
@click.argument("file", type=click.Path(exists=False, dir_okay=False, path_type=Path))
def key_command(file: Path) -> None:
    """Create a signing key for anchors in FILE; keep it away from the account that runs the application."""
    make_key(file)
    click.echo(f"key in {file}")


@audit_commands.command("anchor")
@click.option("--folder", type=FOLDER, required=True, help="Where anchors are kept, best on another machine.")
@click.option("--key", "key_file", type=click.Path(exists=True, dir_okay=False, path_type=Path), required=True)
def anchor_command(folder: Path, key_file: Path) -> None:
    """Sign the end of the chain and append it to the anchors in a folder."""
    anchor = write_anchor(folder, key_file, now=current_app.extensions["clock"].now())
    click.echo(json.dumps({"seq": anchor.seq, "hash": anchor.hash, "at": anchor.at}))


def _document(result: Verification) -> dict[str, object]:
    return {
        "tried": result.checked,
        "finding": result.finding.value,
        "seq": result.seq,
        "case_no": result.case_no,
        "at": result.at,
        "last_hash": result.last_hash,
    }


def _said(result: Verification) -> str:
    if result.is_whole:
        return f"{result.checked} links, whole"
    return f"{result.checked} links good, then {result.finding.value} at {result.seq} ({result.case_no or 'no case'})"
