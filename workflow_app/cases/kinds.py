"""What a kind of process must bring to be plugged in (`ProcessKind`), and the registry of the kinds found under processes/."""

import pkgutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from importlib import import_module
from typing import Any

from workflow_app.cases.case import Case
from workflow_app.cases.milestones import STANDARD, Milestone, Promised
from workflow_app.foundation.errors import ConfigurationFault
from workflow_app.foundation.labels import has_label, label
from workflow_app.people.accounts import Actor, Role
from workflow_app.records.credit_record import CreditRecord

Answer = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Field:
    """One field of a form. `kind`: text, textarea, choice, date, checkbox, items, conditions, department, person (an account of
    the case's department, by its id)."""

    name: str
    kind: str = "text"
    required: bool = True
    max_length: int = 2000
    choices: tuple[str, ...] = ()
    when: tuple[str, tuple[str, ...]] | None = None  # only asked where another field has one of these values

    def asked(self, values: Mapping[str, Any]) -> bool:
        """Tell whether the field belongs to this answer."""
        return self.when is None or str(values.get(self.when[0], "")) in self.when[1]


@dataclass(frozen=True, kw_only=True)
class FormContext:
    """What a form may look at while it checks an answer."""

    case: Case
    actor: Actor
    now: datetime
    today: date


@dataclass(kw_only=True)
class StepContext:
    """What a service step of the diagram gets: the case, the answer that led to it, and who acts when."""

    case: Case
    params: Mapping[str, Any]
    answer: Answer
    actor: Actor
    now: datetime
    today: date
    raised: list[Any] = field(default_factory=list)  # RecordEvents for other cases on the record
    asked_department_id: int | None = (
        None  # set by a step: to whom the tasks belong that open now in the provider's lane
    )


StepFunction = Callable[[StepContext], None]


@dataclass(frozen=True, kw_only=True)
class TaskForm:
    """The form of one user task.

    `check` returns the clean answer or raises InvalidInput or RuleViolation; `keep` leaves behind what the answer itself
    is (a proposal, a reply), before the engine moves; `route` returns the few values the diagram's gateways read;
    `prefill` proposes values for an empty form; `letter` returns code and content of the letter an answer leads to, for
    a preview, called after `keep` in a trial that is taken back; `not_by` names the account whose act this one checks, which
    neither does it nor has it in hand.
    """

    step: str
    fields: tuple[Field, ...]
    check: Callable[[FormContext, Answer], Answer] = lambda _context, answer: answer
    keep: StepFunction = lambda _context: None
    route: Callable[[Answer], Answer] = lambda _answer: {}
    prefill: Callable[[FormContext], Answer] = lambda _context: {}
    letter: Callable[[StepContext], tuple[str, Answer] | None] = lambda _context: None
    not_by: Callable[[Case], int | None] = lambda _case: None


Reaction = Callable[[Case, Any, Actor, datetime], None]
Beginning = Callable[[Any], Answer | None]  # an event on a record → the answer to the form of `file`, None for no case


@dataclass(frozen=True, kw_only=True)
class EnquiryRoad:
    """How another body is asked (协查): at which steps, and by which messages of the diagram one is sent and taken back.

    The step of the diagram behind `asked` issues the letter; the task of the body asked lies in the lane `provider`.
    """

    during: frozenset[str]
    asked: str
    withdrawn: str
    clock: str


@dataclass(frozen=True, kw_only=True)
class Opening:
    """How staff begin a case on a record of their department, where a kind is not applied for: who does, and whether it
    is offered on a record as it stands on a day. The form is that of the step `file`. With `candidates` cases are begun from a
    list too, many at once."""

    suits: Callable[[CreditRecord, date], bool]
    role: Role = Role.OFFICER
    candidates: Callable[[date], Any] | None = None  # the records for a list, as a condition on their columns
    foreign: str = ""  # the code of the refusal that names the competent department to others who know the record


@dataclass(frozen=True, kw_only=True)
class ProcessKind:
    """One kind of process: its diagram, forms, steps, clocks, how its party sees it and how it answers events on a record.

    `commitments` and `breaches` are the keys of what an applicant signs: what is promised, and what follows when it is broken.
    """

    key: str
    prefix: str
    process_id: str
    forms: Mapping[str, TaskForm]
    steps: Mapping[str, StepFunction]
    timers: tuple[str, ...]
    routing: Mapping[str, Any] = field(default_factory=dict)  # first values of what the gateways read
    case_clocks: tuple[str, ...] = ()
    party_steps: frozenset[str] = frozenset()
    filed: StepFunction = lambda _context: None
    extendable: tuple[str, ...] = ()
    letters: tuple[str, ...] = ()
    served_clocks: Mapping[str, str] = field(
        default_factory=dict
    )  # letter → clock that runs from its service, not from issue
    withdrawal: str | None = None
    enquiry: EnquiryRoad | None = None
    stays: Mapping[str, str] = field(
        default_factory=dict
    )  # ground of a stay → parameter: days until it is looked at again
    milestones: tuple[Milestone, ...] = STANDARD
    applied_for: bool = False  # from the page of a record, by its enterprise
    offered: Callable[[CreditRecord], bool] | None = None  # filed by the party too, on a page of the kind's own
    follows: str = ""  # the kind whose closed cases it is filed about: then offered on their pages too
    purposes: tuple[str, ...] = ()  # what a paper handed in beside it is for
    opening: Opening | None = None  # by staff, from the page of a record; nobody files such a kind
    waits_for_dispute: bool = True  # whether its party has nothing to do while another case disputes the record
    promised: Promised | None = None
    commitments: tuple[str, ...] = ()
    breaches: tuple[str, ...] = ()
    reactions: Mapping[str, Reaction] = field(default_factory=dict)
    begun_by: Mapping[str, Beginning] = field(default_factory=dict)  # events on a record that begin a case of this kind

    @property
    def title(self) -> str:
        """The Chinese name of the kind."""
        return label(f"kind.{self.key}")

    def form_for(self, step: str) -> TaskForm:
        """Return the form of a user task. A missing one is a fault of the plug."""
        try:
            return self.forms[step]
        except KeyError:
            raise ConfigurationFault("form_missing", kind=self.key, step=step) from None

    def barred_from(self, step: str, case: Case) -> int | None:
        """Return the account that must not do a step, because the step checks what it did; None for nobody, and for a step of a
        newer drawing that has no form here yet."""
        form = self.forms.get(step)
        return form.not_by(case) if form else None

    def step_label(self, step: str) -> str:
        """The Chinese name of a step."""
        return label(f"step.{self.key}.{step}")

    def stage_label(self, stage: str) -> str:
        """How a case stands that is at a step, in Chinese: the kind's own words, else the name of the step."""
        return self.words("stage", stage) or self.step_label(stage)

    def words(self, group: str, key: str, **facts: Any) -> str:
        """Return the kind's own words for something, or "" where it has none."""
        full = f"{group}.{self.key}.{key}"
        return label(full, **facts) if has_label(full) else ""


_kinds: dict[str, ProcessKind] = {}


def register_kind(kind: ProcessKind) -> None:
    """Plug in a kind. The same key twice is a fault."""
    if kind.key in _kinds and _kinds[kind.key] is not kind:
        raise ConfigurationFault("kind_twice", key=kind.key)
    _kinds[kind.key] = kind


def unregister_kind(key: str) -> None:
    """Unplug a kind: for tests that plug in a toy."""
    _kinds.pop(key, None)


def discover_kinds(package: str = "workflow_app.processes") -> None:
    """Plug in every package below `processes/` that offers a PROCESS; nobody names them."""
    found = import_module(package)
    for module in pkgutil.iter_modules(found.__path__):
        plug = import_module(f"{package}.{module.name}")
        if hasattr(plug, "PROCESS"):
            register_kind(plug.PROCESS)


def kind_of(key: str) -> ProcessKind:
    """Return a kind. Raises ConfigurationFault where nobody plugged it in."""
    try:
        return _kinds[key]
    except KeyError:
        raise ConfigurationFault("kind_unknown", key=key) from None


def openable_on(record: CreditRecord, *, role: Role, on: date) -> list[ProcessKind]:
    """Return the kinds that somebody of a role may open on a record on a day."""
    return [k for k in all_kinds() if k.opening and k.opening.role is role and k.opening.suits(record, on)]


def batch_kinds(role: Role) -> list[ProcessKind]:
    """Return the kinds that somebody of a role may open from a list of records."""
    return [k for k in all_kinds() if k.opening and k.opening.candidates and k.opening.role is role]


def application_kind() -> ProcessKind:
    """Return the kind an enterprise applies for from the page of its record. Raises ConfigurationFault without one."""
    found = next((kind for kind in all_kinds() if kind.applied_for), None)
    if found is None:
        raise ConfigurationFault("no_application_kind")
    return found


def offered_on(record: CreditRecord) -> list[ProcessKind]:
    """Return the kinds a party may file on a record beside the one it applies for, as the record stands."""
    return [kind for kind in all_kinds() if kind.offered is not None and kind.offered(record)]


def following(case: Case) -> list[ProcessKind]:
    """Return the kinds a party may file about a case that has closed, as its record stands."""
    return [kind for kind in offered_on(case.record) if kind.follows == case.kind] if case.is_closed else []


def all_kinds() -> tuple[ProcessKind, ...]:
    """Return every plugged-in kind."""
    return tuple(_kinds[key] for key in sorted(_kinds))
