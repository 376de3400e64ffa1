"""Each condition of repair judged on the facts: one function a condition, each with its ground and basis."""

from dataclasses import dataclass
from datetime import date

from workflow_app.foundation.labels import label
from workflow_app.law.classification import Classing, How
from workflow_app.law.conditions import Condition, State, chinese_day, condition
from workflow_app.law.facts import AuthoritySystem, CreditClass, InfoType, RecordFacts, SubjectType
from workflow_app.law.paths import Paths, RulesetPath
from workflow_app.law.publicity import kept_off
from workflow_app.law.rulesets import NoRuleset, Resolution, resolve_ruleset

GANSU = "62"


@dataclass(frozen=True, kw_only=True)
class Reading:
    """Everything a condition is judged on: the facts, the day, the rulesets, the class and the computed periods."""

    facts: RecordFacts
    day: date
    resolution: Resolution
    classing: Classing
    paths: Paths


def competent_authority(facts: RecordFacts, on: date) -> Condition:
    """Who determined repairs; market regulation has its own portal, other provinces their own (rulebook §3.2)."""
    key = "COMPETENT_AUTHORITY"
    if facts.authority_system == AuthoritySystem.MARKET_REGULATION:
        return condition(key, State.UNMET, "authority_market", ruleset=_market_rules(facts, on))
    if facts.region != GANSU:
        return condition(key, State.UNMET, "authority_elsewhere")
    return condition(key, State.MET, "authority_own")


def market_resolution(facts: RecordFacts, on: date) -> Resolution | None:
    """Return the rulesets of market regulation for its record, None for others and for a day before the rules on file."""
    system = AuthoritySystem.MARKET_REGULATION
    if facts.authority_system != system:
        return None
    try:
        return resolve_ruleset(system=system, determined_on=facts.determination_date, applied_on=on)
    except NoRuleset:
        return None


def _market_rules(facts: RecordFacts, on: date) -> str:
    found = market_resolution(facts, on)
    return found.procedure.name if found else label("law.market_rules")


def publicly_shown(reading: Reading) -> Condition:
    """What is not public, must not be public or is off the page already needs no repair."""
    key, ground = "PUBLICLY_SHOWN", _no_need(reading)
    if ground == "stopped":
        stop = chinese_day(reading.paths.stopped_after)
        return condition(key, State.UNMET, ground, stop=stop)
    if ground:
        return condition(key, State.UNMET, ground)
    if reading.facts.is_entry:
        return condition(key, State.MET, "entry_stands")
    minor = reading.classing.known is CreditClass.MINOR and _knows_classes(reading)
    return condition(key, State.MET, "shown_necessary" if minor else "shown")


def _no_need(reading: Reading) -> str:
    facts = reading.facts
    if facts.subject_type == SubjectType.NATURAL_PERSON:
        return "natural_person"
    if not facts.source_in_force:
        return "source_revoked"
    if not facts.published:
        return "entry_left" if facts.is_entry else "unpublished"
    if facts.is_entry:  # what stands in a list is public by the rules of that list, whatever its class
        return "stopped" if facts.info_type == InfoType.SERIOUS_LIST and _stopped(reading) else ""
    off = kept_off(facts, classing=reading.classing, rulesets=reading.resolution.longest)
    if off is not None:
        return off.ground
    return "stopped" if _stopped(reading) else ""


def _knows_classes(reading: Reading) -> bool:
    return any(ruleset.knows_classes for ruleset in reading.resolution.longest)


def _stopped(reading: Reading) -> bool:
    """The longest period ends publication only for who has performed and corrected (rulebook §1.3)."""
    facts = reading.facts
    late = facts.performed_on is not None and facts.performed_on > reading.day
    open_duty = facts.fully_performed is False or facts.corrected is False or late
    return not open_duty and reading.day > reading.paths.stopped_after


def fully_performed(reading: Reading) -> Condition:
    """Everything the decision orders is done; paying by instalments is not having paid (rulebook §1.4)."""
    key, facts = "OBLIGATION_FULLY_PERFORMED", reading.facts
    if facts.fully_performed is None:
        return condition(key, State.UNKNOWN, "performed_unknown")
    if not facts.fully_performed:
        return condition(key, State.UNMET, "unperformed")
    if facts.performed_on is None:
        return condition(key, State.MET, "performed")
    performed = chinese_day(facts.performed_on)
    # For a minor record the day of performance is the condition of time, so waiting for it is being too early.
    if facts.performed_on > reading.day and reading.classing.known is not CreditClass.MINOR:
        return condition(key, State.UNMET, "performed_later", day=performed)
    return condition(key, State.MET, "performed", words="performed_on", day=performed)


def corrected(reading: Reading) -> Condition:
    """The conduct has been put right."""
    key, done = "CONDUCT_CORRECTED", reading.facts.corrected
    if done is None:
        return condition(key, State.UNKNOWN, "corrected_unknown")
    return condition(key, State.MET, "corrected") if done else condition(key, State.UNMET, "uncorrected")


def not_ground_of_listing(reading: Reading) -> Condition | None:
    """The penalty that led to a listing waits for the removal from the list (rulebook §1.11, §12.2 no. 23)."""
    key, facts = "NOT_GROUND_OF_LISTING", reading.facts
    if facts.is_entry:
        return None
    if facts.listed and facts.list_basis:
        return condition(key, State.UNMET, "listed_for_this")
    if facts.listed is False:
        return condition(key, State.MET, "not_listed")
    if facts.list_basis is False:
        return condition(key, State.MET, "listed_otherwise" if facts.listed else "not_listed")
    return condition(key, State.UNKNOWN, "listing_unknown")


def own_rules_of_list(reading: Reading) -> Condition | None:
    """An entry ends by the rules of its own list; which list asks what, is for the officer who keeps it (rulebook §1.11)."""
    return condition("LIST_OWN_RULES", State.UNKNOWN, "list_own_rules") if reading.facts.is_entry else None


def not_barred(reading: Reading) -> Condition | None:
    """Who won a repair by false papers or broke the commitment stays barred for a time (rulebook §1.8); None for whom no bar
    is known."""
    key, until = "NOT_BARRED", reading.facts.barred_until
    if until is None or until < reading.day:
        return None
    basis = reading.facts.bar_basis
    return condition(key, State.UNMET, "barred", basis=basis, until=chinese_day(until))


def class_determined(reading: Reading) -> Condition | None:
    """An open class stops everything where the date hangs on it; None where the rules of the day know no classes."""
    key, known = "CLASS_DETERMINED", reading.classing.known
    if not _knows_classes(reading):
        return None
    if known is not None:
        how = reading.classing.how
        ground = "class_known" if how is How.DETERMINED else f"class_{how}"
        if reading.facts.is_entry:
            ground = "class_entry"
        return condition(key, State.MET, ground, class_name=label(f"law.class.{known}"))
    if reading.paths.chosen is None:
        return condition(key, State.UNMET, "class_open")
    return condition(key, State.UNKNOWN, "class_open_harmless")


def period_reached(reading: Reading) -> Condition:
    """The shortest period has ended before the day (届满后), or for a minor record everything has been performed. Of an entry
    the computed day is shown and decides nothing: its own list says when it may leave (rulebook §1.11)."""
    key, path = "MIN_PERIOD_REACHED", reading.paths.chosen
    if path is None:
        return condition(key, State.UNKNOWN, "time_needs_class")
    if reading.facts.is_entry:
        return _period_of_list(path)
    if path.earliest is None:
        return condition(key, State.UNKNOWN, "time_needs_performance")
    reached = reading.day >= path.earliest
    state, day = State.MET if reached else State.UNMET, chinese_day(path.earliest)
    if path.span is None or path.min_end is None:
        return condition(key, state, "minor_reached" if reached else "minor_open", day=day)
    ground, end = "time_reached" if reached else "time_open", chinese_day(path.min_end)
    return condition(key, state, ground, basis=path.basis, span=path.span.words, end=end, day=day)


def _period_of_list(path: RulesetPath) -> Condition:
    key = "MIN_PERIOD_REACHED"
    if path.span is None or path.min_end is None:
        return condition(key, State.UNKNOWN, "time_of_list")
    span, end = path.span.words, chinese_day(path.min_end)
    return condition(key, State.UNKNOWN, "time_of_list", words="time_of_list_shown", span=span, end=end)


def commitment(_reading: Reading) -> Condition:
    """The public commitment comes with the application."""
    return condition("PUBLIC_COMMITMENT", State.UNKNOWN, "commitment")


def other_legal(_reading: Reading) -> Condition:
    """What other laws ask is for the officer to know."""
    return condition("OTHER_LEGAL", State.UNKNOWN, "other_legal")
