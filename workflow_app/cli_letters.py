"""Commands on letters: is this file a genuine letter, and is it in force; a sample of each kind."""

import json
from dataclasses import asdict
from pathlib import Path

import click
from flask import current_app
from flask.cli import AppGroup

from workflow_app.foundation.labels import label
from workflow_app.letters.own_fonts import FOLDER, own_fonts
from workflow_app.letters.pictures import write_picture
from workflow_app.letters.samples import missing_codes, write_samples
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


@letters_commands.command("samples")
@click.argument("out", type=click.Path(file_okay=False, path_type=Path))
@click.option(
    "--pictures", type=click.Path(file_okay=False, path_type=Path), help="Also the pages as PNG, in a folder."
)
def samples(out: Path, pictures: Path | None) -> None:
    """Write a sample of every kind of letter into OUT; exit 1 where the rulebook has a letter that we have not."""
    for path in write_samples(out, base=current_app.config["PUBLIC_URL"]):
        click.echo(path.name)
        if pictures is not None:
            write_picture(path, pictures)
    missing = missing_codes()
    for code in missing:
        click.echo(label("error.letter_unknown", letter=code), err=True)
    raise SystemExit(1 if missing else 0)


@letters_commands.command("fonts")
def fonts() -> None:
    """Tell which of the agency's own fonts print its letters; exit 1 where a file in the folder is not used."""
    found = own_fonts()
    for role, family in found.families.items():
        click.echo(label("letter.own_font", role=role.removeprefix("Own "), family=family))
    for name in found.strange:
        click.echo(label("letter.own_font_unused", name=name), err=True)
    if not found.families:
        click.echo(label("letter.own_font_none", folder=FOLDER))
    raise SystemExit(1 if found.strange else 0)


def _said(verdict: Verdict) -> str:
    if not verdict.genuine or verdict.letter is None:
        return label("letter.verdict.unknown")
    return label(f"letter.verdict.{verdict.state}", **verdict.letter)
