"""Two conditions that a ruleset may set beside time and performance: penalties never ended early, and the time on a list.

Today only market regulation has them (rulebook §3.1, §3.2); under a ruleset without them there is no condition to judge.
"""

from datetime import date

from workflow_app.foundation.labels import label
from workflow_app.law.conditions import Condition, State, chinese_day, condition
from workflow_app.law.day_count import add_months
from workflow_app.law.facts import InfoType, PenaltyKind, RecordFacts
from workflow_app.law.rulesets import Resolution


def early_stop_allowed(facts: RecordFacts, resolution: Resolution) -> Condition | None:
    """Grave penalties stay public to the end of the longest period; where only one of two rulesets says so, it is open."""
    key = "EARLY_STOP_ALLOWED"
    asking = [ruleset for ruleset in resolution.shortest if ruleset.never_early]
    if not asking or facts.is_entry:
        return None
    grave = frozenset().union(*(never.kinds for ruleset in asking for never in ruleset.never_early)) & facts.kinds
    if not grave:
        return condition(key, State.MET, "early_stop_free")
    kinds = "、".join(label(f"law.kind.{kind}") for kind in PenaltyKind if kind in grave)
    if len(asking) == len(resolution.shortest):
        return condition(key, State.UNMET, "early_stop_never", kinds=kinds)
    return condition(key, State.UNKNOWN, "early_stop_open", kinds=kinds)


def list_period_reached(facts: RecordFacts, resolution: Resolution, day: date) -> Condition | None:
    """Who is on the list of serious dishonesty may ask to leave it after a time; since when it is there, only the entry
    itself says."""
    terms = [ruleset.serious_list for ruleset in resolution.shortest if ruleset.serious_list is not None]
    entry = facts.info_type == InfoType.SERIOUS_LIST
    if not terms or not (facts.listed or entry):
        return None
    span = min((term.shortest for term in terms), key=lambda shortest: shortest.months)
    if entry:
        end = add_months(facts.publication_date or facts.determination_date, span.months)
        state = State.MET if day > end else State.UNMET
        return condition(
            "LIST_PERIOD_REACHED",
            state,
            "list_period",
            words="list_period_since",
            span=span.words,
            end=chinese_day(end),
        )
    return condition("LIST_PERIOD_REACHED", State.UNKNOWN, "list_period", span=span.words)
