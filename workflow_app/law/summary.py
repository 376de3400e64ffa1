"""Whether a decision marked as made in the summary procedure (简易程序) can have been one (行政处罚法 51, rulebook §1.2).

Only a warning, or a fine within the limit of its day, is decided that way. A mark that the decision's own words contradict is
a slip of the pen: it decides neither the class nor that the record is kept off the page.
"""

from decimal import Decimal

from workflow_app.law.facts import PenaltyKind, Procedure, RecordFacts, SubjectType
from workflow_app.law.legal_days import legal_date
from workflow_app.law.parameters import value_of

KINDS = frozenset({PenaltyKind.WARNING.value, PenaltyKind.FINE.value})
LIMIT_CITIZEN = "penalty.summary_limit_citizen"
LIMIT = "penalty.summary_limit_organisation"


def is_summary(facts: RecordFacts) -> bool:
    """Tell whether a penalty was decided in the summary procedure. A fine nobody states contradicts nothing."""
    if facts.is_entry or facts.procedure != Procedure.SUMMARY:
        return False
    stated = (p.amount_yuan for p in facts.penalties if p.kind == PenaltyKind.FINE and p.amount_yuan is not None)
    return facts.kinds <= KINDS and sum(stated, Decimal(0)) <= _limit(facts)


def is_doubtful(facts: RecordFacts) -> bool:
    """Tell whether the mark and the decision contradict each other."""
    return not facts.is_entry and facts.procedure == Procedure.SUMMARY and not is_summary(facts)


def _limit(facts: RecordFacts) -> int:
    """The highest fine, in yuan, of the day of the decision."""
    key = LIMIT_CITIZEN if facts.subject_type == SubjectType.NATURAL_PERSON else LIMIT
    return value_of(key, on=max(facts.determination_date, legal_date("penalty_law_in_force"))).value
