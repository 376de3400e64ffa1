"""What a ruleset on publication and repair is: terms by class, special fields, start day, what never goes public."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from workflow_app.foundation.labels import label
from workflow_app.law.citations import Citation, Confidence
from workflow_app.law.facts import AuthoritySystem, Procedure, RecordFacts
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
        if self is Ground.SUMMARY_PROCEDURE:
            return facts.procedure == Procedure.SUMMARY
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

    def shortest(self, credit_class: str, special_field: str | None) -> tuple[Span | None, Confidence]:
        """Return the shortest period of a class in a field, and how sure we are of it."""
        special = self.special_fields.get(special_field or "")
        if special is not None:
            return special.shortest, special.confidence
        term = self.term(credit_class)
        return term.shortest, term.confidence

    def cite(self, confidence: Confidence) -> Citation:
        """Return the regulation as a citation for a figure of the given confidence."""
        return Citation(self.name, confidence)
