"""Two conditions that a ruleset may set beside time and performance: penalties never ended early, and the time on a list.

Today only market regulation has them (rulebook §3.1, §3.2); under a ruleset without them there is no condition to judge.
"""

from workflow_app.foundation.labels import label
from workflow_app.law.conditions import Condition, State, condition
from workflow_app.law.facts import PenaltyKind, RecordFacts
from workflow_app.law.rulesets import Resolution


def early_stop_allowed(facts: RecordFacts, resolution: Resolution) -> Condition | None:
    """Grave penalties stay public to the end of the longest period; where only one of two rulesets says so, it is open."""
    key = "EARLY_STOP_ALLOWED"
    asking = [ruleset for ruleset in resolution.shortest if ruleset.never_early]
    if not asking:
        return None
    grave = frozenset().union(*(never.kinds for ruleset in asking for never in ruleset.never_early)) & facts.kinds
    if not grave:
        return condition(key, State.MET, "early_stop_free")
    kinds = "、".join(label(f"law.kind.{kind}") for kind in PenaltyKind if kind in grave)
    if len(asking) == len(resolution.shortest):
        return condition(key, State.UNMET, "early_stop_never", kinds=kinds)
    return condition(key, State.UNKNOWN, "early_stop_open", kinds=kinds)


def list_period_reached(facts: RecordFacts, resolution: Resolution) -> Condition | None:
    """Who is on the list of serious dishonesty may ask to leave it after a time; since when it is there, no record says."""
    terms = [ruleset.serious_list for ruleset in resolution.shortest if ruleset.serious_list is not None]
    if not facts.listed or not terms:
        return None
    span = min((term.shortest for term in terms), key=lambda shortest: shortest.months)
    return condition("LIST_PERIOD_REACHED", State.UNKNOWN, "list_period", span=span.words)
