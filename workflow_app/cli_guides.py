"""`flask guides …`: the guides by role as pages of the documentation."""

from pathlib import Path

import click
from flask.cli import AppGroup

from workflow_app.portals.public.guides import guides, markdown

guides_commands = AppGroup("guides", help="Guides for those who work with the system.")
FOLDER = Path(__file__).parent.parent / "docs" / "guide"


@guides_commands.command("document", with_appcontext=False)
@click.option("--check", "only_check", is_flag=True, help="Write nothing; fail when docs/guide is out of date.")
@click.pass_context
def document_command(context: click.Context, only_check: bool) -> None:
    """Write docs/guide from templates/guides."""
    for guide in guides().values():
        path, text = FOLDER / f"{guide.role}.md", markdown(guide)
        if not only_check:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, "utf-8")
        elif not path.exists() or path.read_text("utf-8") != text:
            click.echo(f"{path.name} is out of date; run: flask guides document", err=True)
            context.exit(1)
