"""Guides by role (使用指南): what a person does step by step in the words of our pages, the time the law gives for it, what
can go wrong. Their text is data below `templates/guides`; a period is named there by its parameter, never written."""

from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path

from flask import render_template

from workflow_app.foundation.errors import NotFound
from workflow_app.law.guidance import Period, period_of
from workflow_app.law.parameters import parameter
from workflow_app.law.strict_yaml import Fields, read
from workflow_app.people.permissions import Permission
from workflow_app.portals.public import bp
from workflow_app.portals.public.caching import kept
from workflow_app.portals.shared.guards import guarded
from workflow_app.portals.shared.words import today

FOLDER = Path(__file__).parents[3] / "templates" / "guides"
ROLES = ("enterprise", "clerk", "officer", "approver")


@dataclass(frozen=True, kw_only=True)
class Task:
    """One thing to do: where it begins, its steps, the parameters of its periods, and pairs of what goes wrong and what helps."""

    title: str
    address: str
    steps: tuple[str, ...]
    keys: tuple[str, ...]
    troubles: tuple[tuple[str, str], ...]

    def periods(self, *, on: date) -> tuple[Period, ...]:
        """Return its periods as the law of a day has them."""
        return tuple(period_of(key, on=on) for key in self.keys)


@dataclass(frozen=True, kw_only=True)
class Guide:
    """Everything one role does."""

    role: str
    title: str
    audience: str
    tasks: tuple[Task, ...]


@cache
def guides() -> dict[str, Guide]:
    """Return every guide by its role. Raises ConfigurationFault naming file and key for what cannot be read in one way."""
    return {role: _guide(role, read(FOLDER / f"{role}.yaml")) for role in ROLES}


def _guide(role: str, part: Fields) -> Guide:
    tasks = tuple(_task(found) for found in part.parts("tasks"))
    guide = Guide(role=role, title=part.text("title"), audience=part.text("audience"), tasks=tasks)
    part.done()
    return guide


def _task(part: Fields) -> Task:
    keys = part.texts("periods")
    for key in keys:
        parameter(key)
    troubles = tuple(_trouble(found) for found in part.parts("troubles"))
    steps = part.texts("steps")
    task = Task(title=part.text("title"), address=part.text("address"), steps=steps, keys=keys, troubles=troubles)
    part.done()
    return task


def _trouble(part: Fields) -> tuple[str, str]:
    found = part.text("what"), part.text("do")
    part.done()
    return found


@bp.get("/help/<role>")
@guarded(Permission.PUBLIC)
@kept()
def role_guide(role: str) -> str:
    """The guide of one role; there is nothing secret in any of them."""
    guide = guides().get(role)
    if guide is None:
        raise NotFound("page_not_found")
    return render_template("portals/public/role_guide.html", guide=guide, guides=guides(), on=today())


def markdown(guide: Guide) -> str:
    """Return a guide as a page of the documentation. Periods change with the law, so it names them and leads to `law.md`."""
    lines = [f"# {guide.title}", "", f"{guide.audience}。由 `templates/guides/{guide.role}.yaml` 生成，不要直接改。"]
    lines += ["各项期限的现行数字、依据和核对程度见系统里同名的页面和 [law.md](../law.md)。"]
    for task in guide.tasks:
        lines += ["", f"## {task.title}", "", f"页面：`{task.address}`", ""]
        lines += [f"{n}. {step}" for n, step in enumerate(task.steps, 1)]
        if task.keys:
            lines += ["", "期限：" + "、".join(f"{parameter(key).title}（`{key}`）" for key in task.keys)]
        lines += ["", "| 出了什么情况 | 怎么办 |", "|---|---|"]
        lines += [f"| {what} | {do} |" for what, do in task.troubles]
    return "\n".join(lines) + "\n"
