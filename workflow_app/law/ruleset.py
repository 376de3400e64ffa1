"""What a ruleset on publication and repair is: terms, special fields, start day, what never goes public or never early."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from workflow_app.foundation.labels import label
from workflow_app.law.citations import Citation, Confidence, weakest
from workflow_app.law.facts import AuthoritySystem, RecordFacts
from workflow_app.law.summary import is_summary
from workflow_app.law.units import Unit

ANY_CLASS = "any"
REPRIMANDS = frozenset({"warning", "public_criticism"})


class Publicity(StrEnum):
    """Whether a class is put on the public site."""

    ALWAYS = "always"
    IF_NECESSARY = "if_necessary"


class StartFrom(StrEnum):
    """The day from which publication periods run."""

    DETERMINATION = "determination"
    PUBLICATION = "publication"
    UNKNOWN = "unknown"


class Ground(StrEnum):
    """Why a ruleset keeps a decision off the public site whatever its class."""

    SUMMARY_PROCEDURE = "summary_procedure"
    WARNING_ONLY = "warning_only"
    REPRIMAND_ONLY = "reprimand_only"

    def fits(self, facts: RecordFacts) -> bool:
        """Tell whether a record has this ground."""
        if facts.is_entry:
            return False
        if self is Ground.SUMMARY_PROCEDURE:
            return is_summary(facts)
        return facts.kinds <= ({"warning"} if self is Ground.WARNING_ONLY else REPRIMANDS)


class AtLongest(StrEnum):
    """What happens when the longest period ends."""

    AUTOMATIC_STOP = "automatic_stop"
    SECTOR_RULE = "sector_rule"


@dataclass(frozen=True)
class Span:
    """A length in months or years."""

    count: int
    unit: Unit

    @property
    def words(self) -> str:
        """The length in Chinese."""
        return f"{self.count}{label(f'law.unit.{self.unit}')}"

    @property
    def months(self) -> int:
        """The length in months."""
        return self.count * (12 if self.unit is Unit.YEARS else 1)


@dataclass(frozen=True, kw_only=True)
class Term:
    """The publication periods of one class. No shortest period: performance alone opens the way."""

    key: str
    title: str
    public: Publicity
    shortest: Span | None
    longest: Span
    confidence: Confidence
    sources: tuple[str, ...]


@dataclass(frozen=True)
class Special:
    """What a special field changes: its shortest period."""

    field: str
    shortest: Span
    confidence: Confidence
    sources: tuple[str, ...]


@dataclass(frozen=True)
class NeverPublic:
    """A ground on which a ruleset keeps a decision off the site."""

    ground: Ground
    confidence: Confidence
    sources: tuple[str, ...]


@dataclass(frozen=True)
class ByPenalties:
    """Decisions that a ruleset without classes gives a term of its own: those of the kinds `surely` alone, and perhaps
    those with `perhaps` too, where an amount decides that the law does not name."""

    term: str
    surely: frozenset[str]
    perhaps: frozenset[str]


@dataclass(frozen=True)
class NeverEarly:
    """Kinds of penalty whose publication is never ended early."""

    kinds: frozenset[str]
    confidence: Confidence
    sources: tuple[str, ...]


@dataclass(frozen=True)
class ListTerm:
    """How long a subject is at least on a list of serious dishonesty before it may ask to be taken off."""

    shortest: Span
    confidence: Confidence
    sources: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Figure:
    """A choice of a ruleset that is not a period, with how sure we are."""

    value: str
    confidence: Confidence
    sources: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Ruleset:
    """One regulation on publication and repair, as data."""

    id: str
    title: str
    document: str
    system: AuthoritySystem
    valid_from: date
    valid_to: date | None
    in_force: Figure
    start: Figure
    apply_after: Figure
    roll: Figure
    several_penalties: Figure
    at_longest: tuple[AtLongest, AtLongest]
    at_longest_figure: Figure
    never_public: tuple[NeverPublic, ...]
    never_early: tuple[NeverEarly, ...]
    serious_list: ListTerm | None
    by_penalties: tuple[ByPenalties, ...]
    terms: Mapping[str, Term]
    special_fields: Mapping[str, Special]

    @property
    def name(self) -> str:
        """The regulation as a sentence cites it."""
        return label("law.ruleset_name", title=self.title, document=self.document)

    @property
    def knows_classes(self) -> bool:
        """Whether its periods depend on the credit class."""
        return ANY_CLASS not in self.terms

    def term(self, credit_class: str) -> Term:
        """Return the term of a class."""
        return self.terms[credit_class] if self.knows_classes else self.terms[ANY_CLASS]

    def terms_for(self, credit_class: str, kinds: frozenset[str]) -> tuple[Term, ...]:
        """Return the terms that a decision may have: more than one where an amount decides that the law does not name."""
        general = self.term(credit_class)
        for own in self.by_penalties if kinds else ():
            if kinds <= own.surely:
                return (self.terms[own.term],)
            if kinds <= own.surely | own.perhaps:
                return (self.terms[own.term], general)
        return (general,)

    def shortest(self, credit_class: str, facts: RecordFacts) -> tuple[Span | None, Confidence]:
        """Return the shortest period of a record in a class, and how sure we are of it: where special fields have one of
        their own, no surer than that the record belongs to its field."""
        found = self.special_fields.get(facts.special_field or "") or self.term(credit_class)
        if self.special_fields:
            return found.shortest, weakest((found.confidence, facts.special_field_confidence))
        return found.shortest, found.confidence

    def is_never_early(self, kinds: frozenset[str]) -> bool:
        """Tell whether a decision has a penalty whose publication is never ended early."""
        return any(never.kinds & kinds for never in self.never_early)

    def cite(self, confidence: Confidence) -> Citation:
        """Return the regulation as a citation for a figure of the given confidence."""
        return Citation(self.name, confidence)
