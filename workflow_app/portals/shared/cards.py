"""One record at a glance for its enterprise: the law's verdict, the dates, the open case. Templates bring the words."""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum
from functools import cached_property

from workflow_app.cases.case import Case
from workflow_app.cases.clocks import Clock
from workflow_app.cases.standing import CaseStanding
from workflow_app.cases.views import open_cases_on
from workflow_app.foundation.clock import legal_day
from workflow_app.foundation.labels import label
from workflow_app.law.eligibility import Eligibility, assess
from workflow_app.law.facts import CreditClass, RecordFacts
from workflow_app.people.accounts import Actor
from workflow_app.people.calendars import current_calendar
from workflow_app.portals.shared.progress import Progress, progress_of
from workflow_app.portals.shared.promises import Promises, promises
from workflow_app.records.assessment import published_facts
from workflow_app.records.credit_record import MARKET_REGULATION, CreditRecord, facts_of
from workflow_app.records.lifecycle import FINAL, Status
from workflow_app.records.listings import entries_behind, penalty_of
from workflow_app.records.measures import RecordMeasure, measures_on
from workflow_app.records.repair_bar import bars_of, with_bar
from workflow_app.records.titles import record_title


class Standing(StrEnum):
    """What an enterprise can do about a record now, in the order in which it should see them."""

    CAN = "can"
    GOING = "going"
    WAIT = "wait"
    CANNOT = "cannot"
    CLASSIFY = "classify"
    ELSEWHERE = "elsewhere"
    NOT_NEEDED = "not_needed"
    OFF_PAGE = "off_page"
    REPAIRED = "repaired"
    REMOVED = "removed"


OF_VERDICT = {
    "eligible": Standing.CAN,
    "too_early": Standing.WAIT,
    "not_repairable": Standing.CANNOT,
    "needs_classification": Standing.CLASSIFY,
    "wrong_authority": Standing.ELSEWHERE,
    "not_needed": Standing.NOT_NEEDED,
}
ENDED = {
    Status.REPAIRED: Standing.REPAIRED,
    Status.EXPIRED: Standing.OFF_PAGE,
    Status.DELETED: Standing.REMOVED,
    Status.REVOKED_SRC: Standing.REMOVED,
    Status.DELISTED: Standing.REMOVED,
}
SETTLED_LATER = ("MIN_PERIOD_REACHED", "PUBLIC_COMMITMENT", "OTHER_LEGAL")
CLASSES = ("minor", "general", "serious")


@dataclass(frozen=True, kw_only=True)
class Span:
    """The publication period as days from recognition: until an application is possible, until today, in all."""

    wait: int
    now: int
    total: int
    opens: date
    ends: date

    @property
    def third(self) -> bool:
        """Whether the wait is about a third of the period: where the middle key of the bar stands."""
        return self.wait * 10 >= self.total * 3


@dataclass(frozen=True, kw_only=True)
class RecordCard:
    """What a card shows. `going` is the open case for those who may see it, `by_class` is for one without a class, `entries` are
    the entries in lists that a penalty led to and that come first."""

    record: CreditRecord
    title: str
    eligibility: Eligibility
    standing: Standing
    today: date
    promises: Promises | None
    going: CaseStanding | None
    span: Span | None
    by_class: tuple[tuple[str, date | None], ...]
    entries: tuple[CreditRecord, ...]

    @property
    def case(self) -> Case | None:
        """The open case."""
        return self.going.case if self.going else None

    @property
    def clock(self) -> Clock | None:
        """The clock of the open case that counts now."""
        return self.going.clock if self.going else None

    @cached_property
    def progress(self) -> Progress | None:
        """How far the open case is."""
        return progress_of(self.going) if self.going else None

    @cached_property
    def measures(self) -> list[RecordMeasure]:
        """The measures because of the record, those in force first."""
        return measures_on(self.record.id)

    @cached_property
    def cause(self) -> CreditRecord | None:
        """The penalty behind an entry."""
        return penalty_of(self.record)

    @property
    def earliest(self) -> date | None:
        """The first day on which an application may be accepted."""
        return self.eligibility.earliest_date

    @property
    def days_to_wait(self) -> int:
        """Calendar days until then."""
        return (self.earliest - self.today).days if self.earliest else 0

    @property
    def period_end(self) -> date | None:
        """The last day of the shortest publication period by the ruleset that decides."""
        return self.eligibility.chosen.min_end if self.eligibility.chosen else None

    @property
    def is_market(self) -> bool:
        """Whether the record belongs to market regulation, which has its own portal."""
        return self.record.sector in MARKET_REGULATION

    @property
    def has_open_questions(self) -> bool:
        """Whether anything is not certain beside time and what only an application settles."""
        return any(c.state != "met" and c.key not in SETTLED_LATER for c in self.eligibility.conditions)


def card_of(
    record: CreditRecord, now: datetime, actor: Actor | None = None, *, for_anybody: bool = False
) -> RecordCard:
    """Return the card of a record at an instant. That a case is open on it is told to nobody but an actor who may see it;
    `for_anybody` judges on what is published alone; a bar is, with the broken commitment behind it (rulebook §1.8)."""
    facts = with_bar(published_facts(record) if for_anybody else facts_of(record))
    going = open_cases_on([record.id], actor, now).get(record.id) if actor else None
    return _card(record, facts, now, going, promises(now))


def cards_of(records: Iterable[CreditRecord], now: datetime, actor: Actor) -> list[RecordCard]:
    """Return the cards of records, in their order; the cases on all of them are read at once."""
    records, promised = list(records), promises(now)
    going = open_cases_on([record.id for record in records], actor, now)
    bars = bars_of([record.subject_code for record in records])
    return [_card(record, with_bar(facts_of(record), bars), now, going.get(record.id), promised) for record in records]


def _card(
    record: CreditRecord, facts: RecordFacts, now: datetime, going: CaseStanding | None, promised: Promises | None
) -> RecordCard:
    today = legal_day(now)
    eligibility = assess(facts, on=today, calendar=current_calendar())
    standing = _standing(record, eligibility, going, today)
    return RecordCard(
        record=record,
        title=record_title(record),
        eligibility=eligibility,
        standing=standing,
        today=today,
        promises=promised,
        going=going,
        span=_span(record, eligibility, today),
        entries=tuple(entries_behind(record, ended=FINAL)) if facts.list_basis else (),
        by_class=_by_class(facts, today) if standing is Standing.CLASSIFY else (),
    )


def sort_cards(cards: Iterable[RecordCard]) -> list[RecordCard]:
    """Return cards in the order of what can be done, the nearest date first."""
    order = list(Standing)
    return sorted(cards, key=lambda c: (order.index(c.standing), c.earliest or date.max, c.record.id))


def _standing(record: CreditRecord, eligibility: Eligibility, going: CaseStanding | None, today: date) -> Standing:
    if going is not None and record.status == Status.REPAIRED:  # the repair itself is in question
        return Standing.GOING
    if record.status in ENDED:
        return ENDED[Status(record.status)]
    if going is not None:
        return Standing.GOING
    standing = OF_VERDICT[eligibility.verdict]
    stopped = eligibility.automatic_stop_on
    if standing is Standing.NOT_NEEDED and record.published and stopped and stopped <= today:
        return Standing.OFF_PAGE
    return standing


def _span(record: CreditRecord, eligibility: Eligibility, today: date) -> Span | None:
    opens, ends, start = eligibility.earliest_date, eligibility.automatic_stop_on, record.determination_date
    if opens is None or ends is None or opens >= ends:
        return None
    return Span(wait=(opens - start).days, now=(today - start).days, total=(ends - start).days, opens=opens, ends=ends)


def _by_class(facts: RecordFacts, today: date) -> tuple[tuple[str, date | None], ...]:
    """What each class would mean: the system does not guess one (rulebook §1.2)."""
    calendar = current_calendar()
    answers = [(c, assess(replace(facts, credit_class=CreditClass(c)), on=today, calendar=calendar)) for c in CLASSES]
    return tuple((label(f"credit_class.{c}"), found.earliest_date) for c, found in answers)
