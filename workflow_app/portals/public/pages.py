"""Pages that say something and ask nothing: home, help, the accessibility statement."""

from flask import render_template

from workflow_app.people.permissions import Permission
from workflow_app.portals.public import bp
from workflow_app.portals.shared.guards import guarded


@bp.get("/")
@guarded(Permission.PUBLIC)
def home() -> str:
    """What can be done here, and how long one waits."""
    return render_template("portals/public/home.html")


@bp.get("/help")
@guarded(Permission.PUBLIC)
def guide() -> str:
    """The way of an application from the first question to the receipt."""
    return render_template("portals/public/help.html")


@bp.get("/accessibility")
@guarded(Permission.PUBLIC)
def accessibility() -> str:
    """How far the pages meet the accessibility standard, and whom to tell where they do not."""
    return render_template("portals/public/accessibility.html")
