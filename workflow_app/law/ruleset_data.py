"""Reading rulesets from YAML; anything but the one spelling is refused with file and key."""

from pathlib import Path

from workflow_app.law.facts import AuthoritySystem, PenaltyKind, SpecialField
from workflow_app.law.ruleset import (
    ANY_CLASS,
    AtLongest,
    ByPenalties,
    Figure,
    Ground,
    ListTerm,
    NeverEarly,
    NeverPublic,
    Publicity,
    Ruleset,
    Span,
    Special,
    StartFrom,
    Term,
)
from workflow_app.law.sources import known_sources
from workflow_app.law.strict_yaml import Fields, fault, read
from workflow_app.law.units import Roll, Unit


def load_rulesets(folder: Path) -> dict[str, Ruleset]:
    """Read a folder of `<id>.yaml`. Raises ConfigurationFault naming file and key for anything but the one spelling."""
    return {path.stem: _ruleset(path.stem, read(path)) for path in sorted(folder.glob("*.yaml"))}


def _ruleset(key: str, fields: Fields) -> Ruleset:
    longest = fields.part("at_longest")
    at = longest.choice("performed", AtLongest), longest.choice("not_performed", AtLongest)
    found = Ruleset(
        id=key,
        title=fields.text("title"),
        document=fields.text("document"),
        system=fields.choice("system", AuthoritySystem),
        valid_from=fields.day("from"),
        valid_to=fields.day_or_null("to"),
        in_force=_figure(fields.part("in_force"), ""),
        start=_figure(start := fields.part("start"), start.choice("from", StartFrom)),
        apply_after=_figure(after := fields.part("apply_after"), str(after.number("days"))),
        roll=_figure(roll := fields.part("roll"), roll.choice("value", Roll)),
        several_penalties=_figure(several := fields.part("several_penalties"), several.text("rule")),
        at_longest=at,
        at_longest_figure=_figure(longest, " ".join(at)),
        never_public=tuple(_never(part) for part in fields.parts("never_public")),
        never_early=tuple(_never_early(part) for part in fields.parts("never_early")),
        serious_list=_list(part) if (part := fields.part_or_null("serious_list")) is not None else None,
        by_penalties=tuple(_by_penalties(part) for part in fields.parts("by_penalties")),
        terms={name: _term(name, part) for name, part in fields.part("terms").items()},
        special_fields={special.field: special for special in map(_special, fields.parts("special_fields"))},
    )
    fields.done()
    if Roll(found.roll.value) is not Roll.NONE or found.several_penalties.value != "longest":
        raise fault("law_data_field_wrong", where=fields.where, key="roll, several_penalties", value="")
    own = {by.term for by in found.by_penalties}
    if own and (ANY_CLASS not in found.terms or not own <= set(found.terms) - {ANY_CLASS}):
        raise fault("law_data_field_wrong", where=fields.where, key="by_penalties", value=" ".join(sorted(own)))
    return found


def _figure(part: Fields, value: str) -> Figure:
    confidence, sources = part.evidence()
    known_sources(sources, part.where)
    part.done()
    return Figure(value=str(value), confidence=confidence, sources=sources)


def _never(part: Fields) -> NeverPublic:
    ground = part.choice("ground", Ground)
    figure = _figure(part, ground)
    return NeverPublic(ground, figure.confidence, figure.sources)


def _never_early(part: Fields) -> NeverEarly:
    kinds = _kinds(part, "kinds")
    figure = _figure(part, "")
    return NeverEarly(kinds, figure.confidence, figure.sources)


def _list(part: Fields) -> ListTerm:
    span = _span(part.part("shortest"))
    figure = _figure(part, "")
    return ListTerm(span, figure.confidence, figure.sources)


def _by_penalties(part: Fields) -> ByPenalties:
    found = ByPenalties(part.text("term"), _kinds(part, "surely"), _kinds(part, "perhaps"))
    part.done()
    return found


def _kinds(part: Fields, key: str) -> frozenset[str]:
    kinds = part.texts(key)
    if unknown := sorted(set(kinds) - {kind.value for kind in PenaltyKind}):
        raise fault("law_data_field_wrong", where=part.where, key=key, value=" ".join(unknown))
    return frozenset(kinds)


def _special(part: Fields) -> Special:
    field, span = part.choice("field", SpecialField), _span(part.part("shortest"))
    figure = _figure(part, field)
    return Special(field, span, figure.confidence, figure.sources)


def _term(key: str, part: Fields) -> Term:
    title, public = part.text("title"), part.choice("public", Publicity)
    shortest, longest = part.part_or_null("shortest"), _span(part.part("longest"))
    span = _span(shortest) if shortest is not None else None
    figure = _figure(part, key)
    return Term(
        key=key,
        title=title,
        public=public,
        shortest=span,
        longest=longest,
        confidence=figure.confidence,
        sources=figure.sources,
    )


def _span(part: Fields) -> Span:
    span = Span(part.number("count"), part.choice("unit", Unit))
    part.done()
    if span.unit not in (Unit.MONTHS, Unit.YEARS):
        raise fault("law_data_field_wrong", where=part.where, key="unit", value=str(span.unit))
    return span
