"""Pages that say something and ask nothing: home, guide, one matter in full, the accessibility statement."""

from flask import render_template

from workflow_app.cases.kinds import all_kinds
from workflow_app.foundation.errors import NotFound
from workflow_app.law.guidance import period_of, topics
from workflow_app.letters.blank_forms import form_kinds
from workflow_app.people.permissions import Permission
from workflow_app.portals.public import bp, waiting
from workflow_app.portals.public.caching import kept
from workflow_app.portals.public.guides import guides
from workflow_app.portals.shared.guards import guarded
from workflow_app.portals.shared.words import today


@bp.get("/")
@guarded(Permission.PUBLIC)
@kept()
def home() -> str:
    """What can be done here, who answers for it, what one brings, how long one waits."""
    day = today()
    return render_template(
        "portals/public/home.html",
        topics=topics(),
        headlines={topic.key: period_of(topic.headline, on=day) for topic in topics().values()},
        classes=waiting.class_rows(day),
        scale=waiting.scale_words(day),
        ruleset=waiting.current_ruleset(day),
        example=waiting.example(day),
        errors={},
    )


@bp.get("/help")
@guarded(Permission.PUBLIC)
@kept()
def guide() -> str:
    """The way of an application from the first question to the receipt, and the questions people ask."""
    return render_template("portals/public/help.html", topics=topics(), guides=guides())


@bp.get("/guide/<topic>")
@guarded(Permission.PUBLIC)
@kept()
def matter(topic: str) -> str:
    """One matter in full: who, what to bring, every period with its basis, what comes of it, where to begin."""
    found = topics().get(topic)
    if found is None:
        raise NotFound("page_not_found")
    return render_template(
        "portals/public/matter.html",
        topic=found,
        periods=found.periods(on=today()),
        online=found.key in {kind.key for kind in all_kinds()},
        forms=[kind for kind in form_kinds() if found.key in kind.topics],
    )


@bp.get("/accessibility")
@guarded(Permission.PUBLIC)
@kept()
def accessibility() -> str:
    """How far the pages meet the accessibility standard, and whom to tell where they do not."""
    return render_template("portals/public/accessibility.html")
