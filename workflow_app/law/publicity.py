"""Whether a penalty is kept off the public site by the rules that govern it, and by which of them (rulebook §1.3, §2, §3).

The one place that is asked: when a record is published, when its class is determined, by the daily sweep and by an assessment.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from workflow_app.foundation.labels import label
from workflow_app.law.citations import Citation
from workflow_app.law.classification import Classing, class_of
from workflow_app.law.facts import RecordFacts
from workflow_app.law.ruleset import Publicity, Ruleset
from workflow_app.law.rulesets import resolve_ruleset


@dataclass(frozen=True, kw_only=True)
class KeptOff:
    """Why a penalty is not shown: the key of the ground (`law.ground`), and the regulation that says so."""

    ground: str
    basis: Citation


def kept_off(facts: RecordFacts, *, classing: Classing, rulesets: Sequence[Ruleset]) -> KeptOff | None:
    """Return why a penalty is kept off; None where it is shown. Of several rulesets the more favourable decides.

    An entry in a list is public by the rules of its list; an open class keeps nothing off.
    """
    if facts.is_entry:
        return None
    for ruleset in rulesets:
        never = next((n for n in ruleset.never_public if n.ground.fits(facts)), None)
        if never is not None:
            words = label("law.kept_off.never", ruleset=ruleset.name, ground=label(f"law.never.{never.ground}"))
            return KeptOff(ground="never_public", basis=Citation(words, never.confidence))
    if classing.known is None or facts.publication_found_necessary:
        return None
    for ruleset in rulesets:
        terms = ruleset.terms_for(classing.known, facts.kinds)
        if all(term.public is Publicity.IF_NECESSARY for term in terms):
            words = label("law.kept_off.minor", ruleset=ruleset.name, term=terms[0].title)
            return KeptOff(ground="minor_unnecessary", basis=Citation(words, terms[0].confidence))
    return None


def kept_off_on(facts: RecordFacts, *, on: date, classing: Classing | None = None) -> KeptOff | None:
    """Return the same by the rules of a day, those of the record's own system. Raises NoRuleset for a day before the rules on
    file."""
    found = resolve_ruleset(system=facts.system, determined_on=facts.determination_date, applied_on=on)
    return kept_off(facts, classing=classing or class_of(facts, on=on), rulesets=found.longest)
