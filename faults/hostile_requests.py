"""Requests against every address of the application: nearly right, wrong in one place, or wrong altogether."""

import json
import random
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from io import BytesIO
from typing import Any

from werkzeug.routing import Rule

from faults import hostile_values as v
from faults.hostile_places import Names, fields, listen, places_of
from tests.authz.town import Town
from tests.portals.clients import PASSWORD
from workflow_app.people.accounts import Role
from workflow_app.people.permissions import holds
from workflow_app.portals.shared.guards import AUDIENCES

ARGUMENT = re.compile(r"<(?:[^<>:]+:)?(\w+)>")
STRANGE_METHODS = ("PUT", "DELETE", "PATCH", "OPTIONS", "HEAD", "TRACE")
WITH_PASSWORD = {"sign_in.enter": {"login": "jingban", "password": PASSWORD}, "sign_in.password": {"old": PASSWORD}}


@dataclass(frozen=True, kw_only=True)
class Request:
    """One request of one column of the town; `options` are those of the test client."""

    column: str
    method: str
    path: str
    endpoint: str
    options: dict[str, Any] = field(default_factory=dict)

    def __str__(self) -> str:
        told = {k: str(value)[:400] for k, value in self.options.items()}
        return f"{self.column} {self.method} {self.path[:200]} {told}"


class Attack:
    """Makes requests. The same seed on the same town gives the same ones in the same order."""

    def __init__(self, town: Town, seed: int) -> None:
        self.town, self.luck = town, random.Random(seed)
        self.rules = [r for r in town.app.url_map.iter_rules() if r.endpoint not in ("static", "vendor")]
        with town.app.app_context():
            self.places = places_of(town)
        self.fields, self.heard = fields(), listen(town.app)
        self.makers: tuple[Callable[[Rule], Request], ...] = (
            self._almost_right, self._almost_right, self._almost_right, self._all_wrong, self._with_file,
            self._broken_body, self._twice,
        )  # fmt: skip

    def requests(self) -> Iterator[Request]:
        """Requests without an end, in turn one of each way of attacking; the tour comes to an end, the others go on."""
        tour, typed, wild = self._tour(), self._typed(), self._wild()
        while True:
            yield next(tour, None) or next(wild)
            yield next(wild)
            yield next(typed)

    def _tour(self) -> Iterator[Request]:
        """Every bad value at every place where it can stand by itself, in a random order."""
        plan: list[tuple[Callable[..., Request], Rule, Any]] = []
        for rule in self.rules:
            methods = rule.methods or ()
            plan += [(self._bent, rule, (a, bad)) for a in rule.arguments for bad in (*v.NUMBERS, *v.TEXTS)]
            plan += [(self._asked, rule, question) for question in v.QUESTIONS if "GET" in methods]
            plan += [(self._headed, rule, headers) for headers in v.HEADERS]
        self.luck.shuffle(plan)
        for make, rule, bad in plan:
            yield make(rule, bad)

    def _typed(self) -> Iterator[Request]:
        """A right form but for one field that the view looks at: every field in turn, each turn with another value."""
        values, turn = self.luck.sample(v.VALUES, len(v.VALUES)), 0
        while True:
            turn += 1
            for rule in (r for r in self.rules if "POST" in (r.methods or ())):
                for name in sorted(self.heard[rule.endpoint]) or [""]:
                    names = self._names(rule)
                    form = self._good(rule, names) | {name: values[turn % len(values)]}
                    yield self._made(rule, "POST", names, data=form)

    def _wild(self) -> Iterator[Request]:
        """Every address and method in turn, each turn by others and with other values."""
        while True:
            for rule in self.rules:
                if "GET" in (rule.methods or ()):
                    yield self._guessed(rule)
                if "POST" in (rule.methods or ()):
                    yield self.luck.choice(self.makers)(rule)
            rule = self.luck.choice(self.rules)
            yield self._made(rule, self.luck.choice(STRANGE_METHODS), self._names(rule))

    def _bent(self, rule: Rule, bad: tuple[str, str]) -> Request:
        return self._made(rule, self._method(rule), self._names(rule) | dict([bad]))

    def _asked(self, rule: Rule, question: str) -> Request:
        return self._made(rule, "GET", self._names(rule), query_string=question)

    def _guessed(self, rule: Rule) -> Request:
        """A question with what the view asks for, answered wrongly."""
        read = sorted(self.heard[rule.endpoint])
        values = {name: self._value() for name in self.luck.sample(read, min(len(read), self.luck.choice((0, 1, 3))))}
        return self._made(rule, "GET", self._names(rule), query_string=values)

    def _headed(self, rule: Rule, headers: dict[str, str]) -> Request:
        names, method = self._names(rule), self._method(rule)
        body = {"data": self._good(rule, names)} if method == "POST" else {}
        return self._made(rule, method, names, headers=headers, **body)

    def _almost_right(self, rule: Rule) -> Request:
        names = self._names(rule)
        form = self._good(rule, names)
        read = sorted(self.heard[rule.endpoint]) or self.fields  # what this very view looks at
        for name in self.luck.sample(read, min(len(read), self.luck.choice((0, 1, 1, 2)))):
            form[name] = self._value()
        for name in self.luck.sample(self.fields, self.luck.choice((0, 1, 5))):
            form[name] = self._value()
        for name in self.luck.sample(sorted(form), self.luck.choice((0, 0, 1, 3))):
            del form[name]
        return self._made(rule, "POST", names, data=form)

    def _all_wrong(self, rule: Rule) -> Request:
        form = {name: self._value() for name in self.luck.sample(self.fields, min(20, len(self.fields)))}
        return self._made(rule, "POST", self._names(rule), data=form)

    def _with_file(self, rule: Rule) -> Request:
        names = self._names(rule)
        file = (BytesIO(self.luck.choice(v.CONTENTS)), self.luck.choice(v.FILE_NAMES))
        data = self._good(rule, names) | {"file": file}
        return self._made(rule, "POST", names, data=data, content_type="multipart/form-data")

    def _broken_body(self, rule: Rule) -> Request:
        names = self._names(rule)
        if self.luck.random() < 0.2:
            body = json.dumps(self._good(rule, names))
            return self._made(rule, "POST", names, data=body, content_type="application/json")
        body, kind = self.luck.choice(v.BODIES), self.luck.choice(v.BODY_KINDS)
        return self._made(rule, "POST", names, data=body, content_type=kind)

    def _twice(self, rule: Rule) -> Request:
        form = {name: [self._value(), self._value()] for name in self.fields}
        return self._made(rule, "POST", self._names(rule), data=form, headers={"HX-Request": "true"})

    def _value(self) -> str:
        return self.luck.choice(v.VALUES if self.luck.random() < 0.7 else v.CHOICES)

    def _good(self, rule: Rule, names: Names) -> Names:
        version = self.places.versions.get(str(names.get("number")), 1)
        current = {"case_version": version, "record_version": 1, "task_ids": names.get("task_id", 1)}
        current["task_shown"] = f"{self.luck.randint(1, 9)}.1"  # of the few tasks on records now and then the right one
        return dict(v.GOOD) | current | WITH_PASSWORD.get(rule.endpoint, {})

    def _names(self, rule: Rule) -> Names:
        return dict(self.luck.choice(self.places.by_rule[rule.rule]))

    def _method(self, rule: Rule) -> str:
        return self.luck.choice(sorted({"GET", "POST"} & (rule.methods or {"GET"})))

    def _column(self, rule: Rule, names: Names) -> str:
        """Mostly somebody whose act on this very thing it is, because others do not get far; now and then anybody."""
        audience = AUDIENCES.get(rule.endpoint.split(".")[0], frozenset(Role))
        permission = self.town.app.view_functions[rule.endpoint].permission  # type: ignore[attr-defined]
        lane = self.places.lanes.get(names.get("task_id", 0))
        people = self.town.people.items()
        mine = [c for c, actor in people if actor.role in audience and holds(actor, permission)]
        working = [c for c in mine if self.town.people[c].role == lane]
        if self.luck.random() < 0.2 or not mine:
            return self.luck.choice(list(self.town.clients))
        return self.luck.choice(working or mine)

    def _made(self, rule: Rule, method: str, names: Names, /, **options: Any) -> Request:
        path = ARGUMENT.sub(lambda found: str(names[found[1]]), rule.rule)
        column = self._column(rule, names)
        return Request(column=column, method=method, path=path, endpoint=rule.endpoint, options=options)
