"""Commands on letters: is this file genuine and in force; a sample of each kind; a certificate to seal with in a demonstration."""

import json
from dataclasses import asdict
from pathlib import Path

import click
import sqlalchemy as sa
from flask import current_app
from flask.cli import AppGroup

from workflow_app.foundation.database import db
from workflow_app.foundation.labels import label
from workflow_app.letters.own_fonts import FOLDER, own_fonts
from workflow_app.letters.pictures import write_picture
from workflow_app.letters.samples import missing_codes, write_samples
from workflow_app.letters.signature_check import Signature, signature_of
from workflow_app.letters.verification import Verdict, is_known_certificate, verify_file
from workflow_app.people.departments import Department
from workflow_app.settings import Settings

letters_commands = AppGroup("letters", help="Official letters.")


@letters_commands.command("verify")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="One JSON document on standard output.")
def verify(file: Path, as_json: bool) -> None:
    """Tell whether FILE is exactly a letter issued here, and what its signature is worth; exit 1 where it is not genuine."""
    content = file.read_bytes()
    verdict = verify_file(content)
    signature = signature_of(content, is_known=is_known_certificate)
    if as_json:
        found = asdict(verdict) | {"signature": asdict(signature) if signature else None}
        click.echo(json.dumps(found, ensure_ascii=False))
    else:
        click.echo(_said(verdict))
        click.echo(_signed(signature))
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


@letters_commands.command("certificate")
@click.argument("code")
@click.option("--days", default=365, show_default=True, help="How long it is valid.")
def certificate(code: str, days: int) -> None:
    """Make a trial certificate for the department of CODE (统一社会信用代码), signed by itself, kept in DATA_DIR/seals.

    Letters it seals say 测试. Refused in production, and where the department has a key already.
    """
    from workflow_app.letters.certificates import FileKeys, keep_key, trial_certificate

    settings: Settings = current_app.extensions["settings"]
    if settings.environment == "production":
        raise click.ClickException(
            "a trial certificate is for demonstrations; put the department's own into DATA_DIR/seals"
        )
    department = db.session.scalar(sa.select(Department).where(Department.code == code))
    if department is None:
        raise click.ClickException(f"no department {code}")
    path = FileKeys(settings.data_dir / "seals", settings.seal_passphrase).path(code)
    now = current_app.extensions["clock"].now()
    words = {"code": code, "name": department.name, "passphrase": settings.seal_passphrase}
    try:
        keep_key(path, trial_certificate(**words, now=now, days=days))
    except FileExistsError:
        raise click.ClickException(f"{path} is there already") from None
    click.echo(label("letter.certificate_made", organ=department.name, file=str(path)))


def _said(verdict: Verdict) -> str:
    if not verdict.genuine or verdict.letter is None:
        return label("letter.verdict.unknown")
    return label(f"letter.verdict.{verdict.state}", **verdict.letter)


def _signed(signature: Signature | None) -> str:
    if signature is None:
        return label("letter.signature.none")
    state = "altered" if not signature.valid else "known" if signature.known else "stranger"
    return label(f"letter.signature.{state}", signer=signature.signer, at=signature.signed_at)
