"""`flask law …`: questions to the law from the command line, alone or in a batch, without a database."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click
from flask.cli import AppGroup

from workflow_app.law.document import law_document
from workflow_app.law.questions import (
    Answer,
    InvalidQuestion,
    answer,
    answer_text,
    due_answer,
    eligibility_answer,
    read_json,
    uscc_answer,
)
from workflow_app.law.units import Roll, Unit

law_commands = AppGroup("law", help="Ask the law: due days, eligibility for repair, credit codes.")
DOCUMENT = Path(__file__).parent.parent / "docs" / "law.md"
FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
as_json = click.option("--json", "as_json", is_flag=True, help="One JSON document on the last line.")
batch_file = click.option("--batch", type=FILE, help="A file with one question in JSON a line.")


@law_commands.command("due", with_appcontext=False)
@click.option("--start", help="Day of the event, YYYY-MM-DD; not counted itself.")
@click.option("--count", type=int, help="How many units.")
@click.option("--unit", type=click.Choice([unit.value for unit in Unit]), help="What is counted.")
@click.option("--roll", type=click.Choice([roll.value for roll in Roll]), default=Roll.NONE.value, show_default=True)
@click.option("--official", is_flag=True, help="Refuse a date that needs a year without an official calendar.")
@batch_file
@as_json
@click.pass_context
def due_command(context: click.Context, /, as_json: bool, batch: Path | None, official: bool, **asked: Any) -> None:
    """Tell the last day of a period and how it is counted."""
    if batch is not None:
        _answer_batch(context, due_answer, batch, asked["start"], asked["count"], asked["unit"])
    _need(context, start=asked["start"], count=asked["count"], unit=asked["unit"])
    found = answer(due_answer, {**asked, "official": official})
    _tell(context, found, as_json, holds="error" not in found)


@law_commands.command("eligibility", with_appcontext=False)
@click.option("--file", "file", type=FILE, help="A record in the form of record.schema.json.")
@click.option("--on", "on", help="Day of application, YYYY-MM-DD.")
@batch_file
@as_json
@click.pass_context
def eligibility_command(
    context: click.Context, as_json: bool, batch: Path | None, file: Path | None, on: str | None
) -> None:
    """Tell whether a record may be repaired on a day, from when, and how each condition stands."""
    if batch is not None:
        _answer_batch(context, eligibility_answer, batch, file, on)
    _need(context, file=file, on=on)
    assert file is not None
    text = file.read_bytes()
    found = answer(lambda raw: eligibility_answer({"record": read_json(raw), "on": on}), text)
    _tell(context, found, as_json, holds="error" not in found)


@law_commands.command("uscc", with_appcontext=False)
@click.argument("code", required=False)
@batch_file
@as_json
@click.pass_context
def uscc_command(context: click.Context, as_json: bool, batch: Path | None, code: str | None) -> None:
    """Tell whether a unified social credit code can be genuine."""
    if batch is not None:
        _answer_batch(context, uscc_answer, batch, code)
    _need(context, code=code)
    found = answer(uscc_answer, {"code": code})
    _tell(context, found, as_json, holds=found.get("valid", False))


@law_commands.command("document", with_appcontext=False)
@click.option("--check", "only_check", is_flag=True, help="Write nothing; fail when docs/law.md is out of date.")
@click.pass_context
def document_command(context: click.Context, only_check: bool) -> None:
    """Write docs/law.md from the law's data."""
    text = law_document()
    if not only_check:
        DOCUMENT.write_text(text, "utf-8")
    elif not DOCUMENT.exists() or DOCUMENT.read_text("utf-8") != text:
        click.echo("docs/law.md is out of date; run: flask law document", err=True)
        context.exit(1)


def _answer_batch(context: click.Context, ask: Callable[[Any], Answer], batch: Path, *alone: Any) -> None:
    """Answer every line of a file in order and end; blank lines at the end of the file are no questions."""
    if any(value is not None for value in alone):
        raise click.UsageError("--batch stands alone", context)
    text = batch.read_bytes().rstrip()
    for line in text.split(b"\n") if text else []:
        click.echo(_document(answer_text(ask, line)))
    context.exit(0)


def _need(context: click.Context, **options: Any) -> None:
    missing = [name for name, value in options.items() if value is None]
    if missing:
        raise click.UsageError(f"missing: {', '.join(missing)} (or --batch FILE)", context)


def _tell(context: click.Context, found: Answer, as_json: bool, *, holds: bool) -> None:
    click.echo(_document(found, indent=None if as_json else 2))
    asked_wrongly = found.get("error", {}).get("code") == InvalidQuestion.code
    context.exit(2 if asked_wrongly else 0 if holds else 1)


def _document(found: Answer, indent: int | None = None) -> str:
    """JSON as people can read it; half a surrogate pair, which no encoding takes, is written as its escape."""
    return json.dumps(found, ensure_ascii=False, indent=indent).encode("utf-8", "backslashreplace").decode()
