"""Commands on letters: is this file a genuine letter, and is it in force."""

import json
from dataclasses import asdict
from pathlib import Path

import click
from flask.cli import AppGroup

from workflow_app.foundation.labels import label
from workflow_app.letters.verification import Verdict, verify_file

letters_commands = AppGroup("letters", help="Official letters.")


@letters_commands.command("verify")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="One JSON document on standard output.")
def verify(file: Path, as_json: bool) -> None:
    """Tell whether FILE is exactly a letter issued here; exit 1 where it is not."""
    verdict = verify_file(file.read_bytes())
    click.echo(json.dumps(asdict(verdict), ensure_ascii=False) if as_json else _said(verdict))
    raise SystemExit(0 if verdict.genuine else 1)


def _said(verdict: Verdict) -> str:
    if not verdict.genuine or verdict.letter is None:
        return label("letter.verdict.unknown")
    return label(f"letter.verdict.{verdict.state}", **verdict.letter)
