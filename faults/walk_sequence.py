"""One sequence: a record, a case on it or several, and deeds in random order until all have ended, checked after each."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from random import Random

from flask import Flask

from faults import invariants, past, walk_judge, walk_outside
from faults.answers import Readying, table_of
from faults.flows import Flows
from faults.picture import Picture, take
from faults.walk_deeds import begin, deeds, homeward
from faults.walk_judge import jobs_at_hand
from faults.walk_moment import Deed, Moment
from faults.walk_town import Town, make_record
from faults.weather import FickleCredit, PaperPress
from workflow_app.cases.kinds import ProcessKind, kind_of
from workflow_app.foundation.errors import Conflict, InvalidInput, Malformed, NotFound, NotPermitted, RuleViolation
from workflow_app.jobs.recording import RecordingQueue
from workflow_app.records.platform import Order

MOST_STEPS = 40
HOME_WITHIN, KIND_AFTER = 150, 30
FIRST_DAY, DAYS = datetime(2026, 1, 5, 1, 0, tzinfo=UTC), 355
SWARM = (0.1, 1.0, 1.0, 1.0, 4.0)  # what a sequence likes to do more, or less, than others
CURIOSITY = 200.0
REFUSALS = (NotFound, NotPermitted, Malformed, InvalidInput, RuleViolation, Conflict)


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where walks happen: an application on its own database, its town, and what stands outside."""

    app: Flask
    town: Town
    flows: Flows
    credit: FickleCredit
    press: PaperPress
    kinds: tuple[str, ...]


@dataclass(kw_only=True)
class Walked:
    """What came of a sequence. `trace` tells its deeds, one a line."""

    number: int
    steps: int = 0
    refused: int = 0
    stuck: list[str] = field(default_factory=list)
    violations: list[str] = field(default_factory=list)
    trace: list[str] = field(default_factory=list)


class Broken(Exception):
    """Something does not hold: the sequence ends here, for what follows would only be its consequence."""

    def __init__(self, faults: list[str]) -> None:
        super().__init__(faults)
        self.faults = faults


class Sequence:
    """A walk of its own chance: the same seed and number walk the same way through the same code. A curious one prefers
    what leads where nobody has been, so its way depends on those before."""

    def __init__(self, place: Place, number: int, seed: int, *, curious: bool = False) -> None:
        self.place, self.number, self.curious = place, number, curious
        self.chance = Random(f"{seed}:{number}")
        self.now = FIRST_DAY + timedelta(days=self.chance.randrange(DAYS), hours=self.chance.randrange(9))
        self.likes: dict[str, float] = defaultdict(lambda: self.chance.choice(SWARM))
        self.erring = self.chance.choice((0.0, 0.05, 0.15))
        self.walked = Walked(number=number)
        self.queue: RecordingQueue = place.app.extensions["jobs"]
        self.picture: Picture = take([])
        self.record_id = 0

    def walk(self) -> Walked:
        """Walk to the end of every case that was begun, and say what came of it."""
        place = self.place
        place.credit.begin(self.chance, self._meanwhile)
        place.press.chance, place.press.kind = self.chance, False
        self.queue.reset()
        try:
            with walk_judge.errors_logged() as logged:
                self._walk(logged)
        except Broken as broken:
            self.walked.violations = [f"sequence {self.number} step {self.walked.steps}: {f}" for f in broken.faults]
        return self.walked

    def _walk(self, logged: list[str]) -> None:
        first = self.chance.choice(self._kinds_to_begin())
        columns = table_of(first).record(self.chance, self.place.town, self.now.date())
        self.record_id = make_record(self.place.town, self.chance, self.number, columns)
        self._make_ready(first)
        self.picture = take([self.record_id])
        for _ in range(5):  # the first try may be a stranger's
            if self._try(self._beginning(first), logged):
                break
        for _ in range(self.chance.randrange(4, MOST_STEPS)):
            self._step(logged)
        self._go_home(logged)

    def _kinds_to_begin(self) -> tuple[str, ...]:
        """Return the kinds a sequence may begin with; a curious one begins where there are arrows nobody has gone along."""
        kinds = self.place.kinds
        open_ = tuple(k for k in kinds if self.place.flows.unvisited(kind_of(k))) if self.curious else ()
        return open_ or kinds

    def _make_ready(self, kind: str) -> None:
        """Bring the record to where a case of the kind may begin, in fair weather."""
        credit, press = self.place.credit, self.place.press
        credit.kind = press.kind = True
        table_of(kind).ready(Readying(town=self.place.town, app=self.place.app, record_id=self.record_id, now=self.now))
        credit.kind = press.kind = False
        self.place.flows.keep()

    def _step(self, logged: list[str]) -> None:
        """Let chance choose one of the things that can be tried now, or let time pass."""
        self._pass(timedelta(minutes=self.chance.randrange(1, 240)))
        moment = self._moment()
        offered = [d for d in (*deeds(moment), *walk_outside.house_deeds(self.place.app, moment)) if d.weight]
        offered += [self._beginning(kind) for kind in self.place.kinds if self.chance.random() < 0.05]
        offered.append(Deed(name="time passes", do=lambda: self._leap(moment), weight=3.0))
        liked = self._new_ways() if self.curious else {}
        words = [deed.name.split()[0] for deed in offered]
        weights = [deed.weight * self.likes[w] * liked.get(w, 1.0) for deed, w in zip(offered, words, strict=True)]
        deed = self.chance.choices(offered, weights)[0]
        done = self._try(deed, logged)
        if done and deed.again and self.chance.random() < 0.25:
            self._repeat(deed, logged)

    def _new_ways(self) -> dict[str, float]:
        """Return by first word the deeds that would take an open case along an arrow nobody has gone along."""
        found: dict[str, float] = {}
        for case in self.picture.open_cases():
            kind = kind_of(case["kind"])
            for name in self.place.flows.unseen(kind, self.picture.waits[case["id"]].live):
                found[_deed_of(kind, name)] = CURIOSITY
        return found

    def _go_home(self, logged: list[str]) -> None:
        """Bring every open case to its end: everybody does the work that lies before them, time passes, and after a while
        the outside is kind too."""
        for step in range(HOME_WITHIN):
            self.place.credit.kind = self.place.press.kind = step >= KIND_AFTER
            if not self.picture.open_cases() and not jobs_at_hand(self.queue):
                return
            self._pass(timedelta(minutes=self.chance.randrange(1, 240)))
            if not self._try(self._next_home(), logged):
                self.likes.clear()
        self.walked.stuck = [f"{c['number']} at {c['stage']}" for c in self.picture.open_cases()]
        self.walked.stuck = self.walked.stuck or [f"job {j.key}: {j.error}" for j in jobs_at_hand(self.queue)]

    def _next_home(self) -> Deed:
        moment = self._moment(erring=0.0)
        choices: list[Deed] = list(homeward(moment))
        for job in jobs_at_hand(self.queue)[:1]:
            choices.append(
                Deed(name=f"job {job.key}", do=partial(walk_outside.work, self.place.app, job.key), weight=1)
            )
        if not choices or self.chance.random() < 0.1:
            choices = [Deed(name="time passes", do=lambda: self._leap(moment, sweeps=True), weight=1)]
        waits = any(r["dispute_case_no"] or r["status"] in walk_outside.OFF for r in self.picture.records)
        if waits and self.chance.random() < 0.3:
            choices = list(walk_outside.endings(moment))
        return self.chance.choice(choices)

    def _try(self, deed: Deed, logged: list[str]) -> bool:
        """Do a deed, look at everything afterwards and tell whether it was done. Raises Broken."""
        before, done, said = self.picture, True, ""
        self.walked.steps += 1
        try:
            deed.do()
            self.place.flows.keep()
        except REFUSALS as refusal:
            done, said = False, f"{type(refusal).__name__} {refusal}"
            self.walked.refused += 1
            self.place.flows.drop()
        except Exception as fault:
            raise self._broken(deed, [f"{type(fault).__name__}: {fault}"]) from fault
        self._note(deed, f" – refused: {said}" if said else "")
        self.picture = take([self.record_id])
        faults = [*logged, *invariants.broken(self.picture), *past.rewritten(before, self.picture)]
        if not done:
            faults += [f"refused, yet changed: {d}" for d in past.differences(before, self.picture)]
        if done and deed.is_forbidden:
            faults.append("was let through")
        if not done and deed.is_owed:
            faults.append(f"was refused: {said}")
        faults += walk_judge.without_next_actor(self.picture, self.queue)
        faults += walk_judge.wrong_outside(self.picture, self.place.credit)
        if faults:
            raise self._broken(deed, faults)
        return done

    def _repeat(self, deed: Deed, logged: list[str]) -> None:
        """Send the same request once more, as after a lost reply or a double click."""
        before = self.picture
        done = self._try(Deed(name=f"again: {deed.name}", do=deed.do, weight=1), logged)
        changed = past.differences(before, self.picture)
        if changed or done != (deed.again == "nothing"):
            raise self._broken(deed, [f"sent twice: done {done}, changed {changed}"])

    def _beginning(self, kind: str) -> Deed:
        key = f"b{self.number}-{self.chance.random()}"
        return begin(self._moment(), kind=kind, record_id=self.record_id, key=key)

    def _leap(self, moment: Moment, *, sweeps: bool = False) -> None:
        """Let time pass; mostly the clocks' own acts follow at once, sometimes somebody is faster."""
        self._pass(self.chance.choice(walk_outside.leaps(moment)))
        if sweeps or self.chance.random() < 0.8:
            walk_outside.sweep(self.now)

    def _pass(self, span: timedelta) -> None:
        self.now += span
        self.place.app.extensions["clock"].move_to(self.now)

    def _moment(self, erring: float | None = None) -> Moment:
        return Moment(
            chance=self.chance,
            town=self.place.town,
            picture=self.picture,
            now=self.now,
            erring=self.erring if erring is None else erring,
            did=self.place.credit.did,
        )

    def _meanwhile(self, order: Order) -> None:
        """A second worker takes up an order while the first is sending it; there is no third."""
        self.place.credit.meanwhile = None
        try:
            walk_outside.another_worker(self.place.app, order.key)
        finally:
            self.place.credit.meanwhile = self._meanwhile

    def _note(self, deed: Deed, outcome: str) -> None:
        self.walked.trace.append(f"{self.now:%m-%d %H:%M} {deed.name} {getattr(deed.do, 'said', '')}{outcome}")

    def _broken(self, deed: Deed, faults: list[str]) -> Broken:
        self.place.flows.drop()
        self._note(deed, " – BROKEN")
        return Broken([f"{deed.name}: {fault}" for fault in faults])


def _deed_of(kind: ProcessKind, name: str) -> str:
    """Return the first word of the deeds by which a clock or a message of a diagram comes about."""
    words = {kind.withdrawal: "withdraw"} | dict.fromkeys(kind.timers, "time")
    if kind.enquiry is not None:
        words |= {kind.enquiry.asked: "enquire", kind.enquiry.withdrawn: "recall"}
    return words.get(name, "record")
