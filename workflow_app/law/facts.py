"""One credit record as the law looks at it: facts only, no judgement. Unknown is None, which is not the same as no."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum
from functools import cache
from typing import Any

from workflow_app.foundation.errors import AppError
from workflow_app.law.citations import Citation, Confidence


class AuthoritySystem(StrEnum):
    """Whose rules a determining authority works by."""

    GENERAL = "general"
    MARKET_REGULATION = "market_regulation"


class SubjectType(StrEnum):
    """法人及非法人组织 / 个体工商户 / 自然人."""

    LEGAL_ENTITY = "legal_entity"
    INDIVIDUAL_BUSINESS = "individual_business"
    NATURAL_PERSON = "natural_person"


class Procedure(StrEnum):
    """普通程序 / 简易程序."""

    ORDINARY = "ordinary"
    SUMMARY = "summary"


class CreditClass(StrEnum):
    """轻微 / 一般 / 严重, from light to grave."""

    MINOR = "minor"
    GENERAL = "general"
    SERIOUS = "serious"

    @property
    def gravity(self) -> int:
        """The rank by which classes are compared."""
        return list(CreditClass).index(self)


class SpecialField(StrEnum):
    """特殊领域 of NDRC-58-2023."""

    FOOD = "food"
    DRUG = "drug"
    SPECIAL_EQUIPMENT = "special_equipment"
    WORK_SAFETY = "work_safety"
    FIRE = "fire"


class PenaltyKind(StrEnum):
    """The kinds of 行政处罚法 article 9 that a record can carry."""

    WARNING = "warning"
    PUBLIC_CRITICISM = "public_criticism"
    FINE = "fine"
    CONFISCATE_GAINS = "confiscate_gains"
    CONFISCATE_GOODS = "confiscate_goods"
    SUSPEND_PERMIT = "suspend_permit"
    DOWNGRADE_QUALIFICATION = "downgrade_qualification"
    REVOKE_PERMIT = "revoke_permit"
    RESTRICT_BUSINESS = "restrict_business"
    SUSPEND_BUSINESS = "suspend_business"
    CLOSE_DOWN = "close_down"
    RESTRICT_EMPLOYMENT = "restrict_employment"
    OTHER = "other"


class InvalidRecord(AppError):
    """The record is not in the form of the schema; `field` says where, `reason` what."""

    code = "invalid_record"


@dataclass(frozen=True)
class Penalty:
    """One penalty of a decision; the amount in yuan for fines and confiscations, where it is known."""

    kind: str
    amount_yuan: Decimal | None = None


@dataclass(frozen=True, kw_only=True)
class RecordFacts:
    """A penalty record. Enumerated fields hold the values of the enumerations above.

    `listed`: the subject is on a list of serious dishonesty; `list_basis`: this record was the ground. `sector` selects
    the sector's standard of classification, where one is on file. `special_field_confidence`: how sure it is that the
    record belongs to its special field, which is as sure as the criterion that put it there. `barred_until`: the last day
    of a bar on repairs that a revoked one left on the subject, with what it rests on.
    """

    authority_code: str
    subject_type: str
    determination_date: date
    published: bool
    procedure: str
    penalties: tuple[Penalty, ...]
    authority_name: str = ""
    authority_system: str = AuthoritySystem.GENERAL
    record_id: str = ""
    subject_name: str = ""
    subject_code: str | None = None
    document_number: str = ""
    publication_date: date | None = None
    publication_found_necessary: bool = False
    credit_class: str | None = None
    special_field: str | None = None
    special_field_confidence: Confidence = Confidence.VERIFIED
    fully_performed: bool | None = None
    performed_on: date | None = None
    corrected: bool | None = None
    listed: bool | None = None
    list_basis: bool | None = None
    source_in_force: bool = True
    sector: str | None = None
    barred_until: date | None = None
    bar_basis: Citation | None = None

    def __post_init__(self) -> None:
        _member("authority.system", self.authority_system, AuthoritySystem)
        _member("subject.type", self.subject_type, SubjectType)
        _member("procedure", self.procedure, Procedure)
        for penalty in self.penalties:
            _member("penalties.kind", penalty.kind, PenaltyKind)
        if self.credit_class is not None:
            _member("credit_class", self.credit_class, CreditClass)
        if self.special_field is not None:
            _member("special_field", self.special_field, SpecialField)
        if not self.penalties:
            raise InvalidRecord(field="penalties", reason="empty")

    @classmethod
    def from_json(cls, data: Any) -> "RecordFacts":
        """Read a record in the form of `record.schema.json`. Raises InvalidRecord naming the field."""
        from workflow_app.law.record_json import facts_from_json

        return facts_from_json(data)

    @property
    def system(self) -> AuthoritySystem:
        """Whose rules the determining authority works by."""
        return AuthoritySystem(self.authority_system)

    @property
    def region(self) -> str:
        """The two digits of the province in the authority's code."""
        return self.authority_code.strip()[2:4]

    @property
    def kinds(self) -> frozenset[str]:
        """The kinds of penalty in the decision."""
        return frozenset(str(penalty.kind) for penalty in self.penalties)


@cache
def _values(kind: type[StrEnum]) -> frozenset[str]:
    return frozenset(member.value for member in kind)


def _member(field: str, value: str, kind: type[StrEnum]) -> None:
    if value not in _values(kind):
        raise InvalidRecord(field=field, reason="not_allowed")
