"""docs/law.md: every figure of the law with its dates, basis, confidence and sources, written from the YAML alone."""

from collections.abc import Iterable, Sequence
from datetime import date

from workflow_app.foundation.labels import label
from workflow_app.law.calendars import seed_calendar
from workflow_app.law.citations import Confidence
from workflow_app.law.classification import SUMMARY, standards_on_file
from workflow_app.law.conditions import condition_texts
from workflow_app.law.facts import PenaltyKind
from workflow_app.law.general_rules import general_rules
from workflow_app.law.legal_days import legal_days
from workflow_app.law.parameters import Dated, Parameter, all_parameters
from workflow_app.law.ruleset import Ruleset, Span, Term
from workflow_app.law.rulesets import all_rulesets, transition
from workflow_app.law.serving import rules as ways
from workflow_app.law.sources import all_sources
from workflow_app.law.special_fields import all_criteria


def law_document() -> str:
    """Return the whole document as Markdown."""
    law = [
        _head(),
        _counting(),
        _parameters(),
        _ways(),
        _days(),
        _rulesets(),
        _special_fields(),
        _transition(),
        _classes(),
    ]
    return "\n".join([*law, _conditions(), _calendars(), _sources()]).rstrip() + "\n"


def _say(key: str, **facts: object) -> str:
    return label(f"law.document.{key}", **facts)


def _head() -> str:
    unverified = [d for p in all_parameters() for d in p.values if not d.verified]
    count = sum(len(p.values) for p in all_parameters())
    marks = [[f"`{c}`", label(f"law.confidence.{c.name.lower()}")] for c in Confidence]
    lines = [f"# {_say('title')}", "", _say("intro", total=count, unverified=len(unverified)), ""]
    return "\n".join([*lines, ""]) + _table(("mark", "meaning"), marks)


def _section(key: str, body: str) -> str:
    return f"## {_say(key)}\n\n{body}"


def _table(columns: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    head = [_say(f"column.{column}") for column in columns]
    lines = [head, ["---"] * len(head), *rows]
    return "".join("| " + " | ".join(cell.replace("|", "\\|") for cell in line) + " |\n" for line in lines)


def _counting() -> str:
    rows = [[r.citation.text, _mark(r.citation.confidence), " ".join(r.sources)] for r in general_rules().values()]
    return _section("counting", _table(("rule", "confidence", "sources"), rows))


def _parameters() -> str:
    columns = ("key", "title", "value", "roll", "selected_by", "period", "basis", "confidence", "sources")
    return _section("parameters", _table(columns, [_row(p, d) for p in all_parameters() for d in p.values]))


def _row(parameter: Parameter, dated: Dated) -> list[str]:
    basis = f"{dated.basis}（{dated.note}）" if dated.note else dated.basis
    return [
        f"`{parameter.key}`",
        parameter.title,
        f"{dated.value}{label(f'law.unit.{dated.unit}')}",
        label(f"law.roll.{dated.roll}"),
        label(f"law.selected_by.{parameter.selected_by}"),
        _span_of_days(dated.valid_from, dated.valid_to),
        basis,
        _mark(dated.confidence),
        dated.source,
    ]


def _days() -> str:
    rows = [
        [f"`{d.key}`", d.title, d.day.isoformat(), d.citation.text, _mark(d.citation.confidence), _join(d.sources)]
        for d in legal_days().values()
    ]
    return _section("days", _table(("key", "title", "day", "basis", "confidence", "sources"), rows))


def _ways() -> str:
    rows = [
        [
            rule.title,
            rule.citation.text,
            f"`{rule.parameter}`" if rule.parameter else "",
            _mark(rule.citation.confidence),
        ]
        for rule in ways().values()
    ]
    return _section("ways", _table(("title", "rule", "key", "confidence"), rows))


def _special_fields() -> str:
    rows = [
        [
            label(f"law.field.{c.field}"),
            "、".join(c.sectors),
            c.word or "",
            "" if c.from_yuan is None else f"{c.from_yuan}{label('law.unit.yuan')}",
            c.citation.text,
            _mark(c.citation.confidence),
            _join(c.sources),
        ]
        for c in all_criteria()
    ]
    columns = ("field", "sector", "word", "from_yuan", "basis", "confidence", "sources")
    return _section("special_fields", _say("special_fields_intro") + "\n\n" + _table(columns, rows))


def _rulesets() -> str:
    return _section("rulesets", "\n".join(_ruleset(r) for r in sorted(all_rulesets().values(), key=_order)))


def _order(ruleset: Ruleset) -> tuple[str, date]:
    return ruleset.system.value, ruleset.valid_from


def _ruleset(ruleset: Ruleset) -> str:
    head = f"### {ruleset.id}\n\n{ruleset.name}，{_span_of_days(ruleset.valid_from, ruleset.valid_to)} "
    columns = ("class", "public", "shortest", "longest", "confidence", "sources")
    terms = [[t.title, label(f"law.public.{t.public}"), *_term_row(t)] for t in ruleset.terms.values()]
    special = [
        [label(f"law.field.{s.field}"), "", s.shortest.words, "", _mark(s.confidence), _join(s.sources)]
        for s in ruleset.special_fields.values()
    ]
    table = _table(columns, terms + special)
    return f"{head}{_mark(ruleset.in_force.confidence)}\n\n{table}\n{_figures(ruleset)}"


def _term_row(term: Term) -> list[str]:
    return [_span(term.shortest), term.longest.words, _mark(term.confidence), _join(term.sources)]


def _figures(ruleset: Ruleset) -> str:
    performed, unperformed = (label(f"law.at_longest.{way}") for way in ruleset.at_longest)
    told = [
        (_say("start", start=label(f"law.start.{ruleset.start.value}")), ruleset.start.confidence),
        (_say("apply_after", days=ruleset.apply_after.value), ruleset.apply_after.confidence),
        (_say("no_roll"), ruleset.roll.confidence),
        (_say("several"), ruleset.several_penalties.confidence),
        (_say("at_longest", performed=performed, unperformed=unperformed), ruleset.at_longest_figure.confidence),
        *((_say("never_public", ground=label(f"law.never.{n.ground}")), n.confidence) for n in ruleset.never_public),
        *((_say("never_early", kinds=_kinds(n.kinds)), n.confidence) for n in ruleset.never_early),
    ]
    if (listed := ruleset.serious_list) is not None:
        told.append((_say("serious_list", span=listed.shortest.words), listed.confidence))
    told += [
        (
            _say(
                "by_penalties",
                term=ruleset.terms[own.term].title,
                surely=_kinds(own.surely),
                perhaps=_kinds(own.perhaps),
            ),
            ruleset.terms[own.term].confidence,
        )
        for own in ruleset.by_penalties
    ]
    return "".join(f"- {text} {_mark(confidence)}\n" for text, confidence in told)


def _kinds(kinds: Iterable[str]) -> str:
    return "、".join(label(f"law.kind.{kind}") for kind in PenaltyKind if kind in kinds)


def _transition() -> str:
    table = transition()
    rows = [
        [
            row.title,
            _sides(row.longest),
            _sides(row.shortest),
            label(f"law.procedure.{row.procedure}"),
        ]
        for row in table.rows.values()
    ]
    cuts = "".join(f"- {old} → {new}：{all_rulesets()[new].valid_from.isoformat()}\n" for _, old, new in table.cutovers)
    intro = f"{table.citation.text} {_mark(table.citation.confidence)}\n\n{cuts}\n"
    return _section("transition", intro + _table(("situation", "longest_by", "shortest_by", "procedure"), rows))


def _sides(sides: Sequence[str]) -> str:
    return label("law.sides.both") if len(sides) > 1 else label(f"law.sides.{sides[0]}")


def _classes() -> str:
    tables = standards_on_file()
    frame = [
        [
            label(f"law.never.{SUMMARY}") if key == SUMMARY else label(f"law.kind.{key}"),
            label(f"law.class.{entry.credit_class}"),
            _mark(entry.confidence),
            _join(entry.sources),
        ]
        for key, entry in tables.frame.items()
    ]
    lines = [
        f"- {e.sector} {label(f'law.kind.{e.kind}')}：{label(f'law.class.{e.credit_class}')}，{e.citation.text} "
        f"{_mark(e.citation.confidence)} {_join(e.sources)}\n"
        for e in tables.sectors
    ]
    sectors = "".join(lines) or _say("no_sectors") + "\n"
    return _section("classes", _table(("penalty", "class", "confidence", "sources"), frame) + "\n" + sectors)


def _conditions() -> str:
    texts = condition_texts()
    titles = "".join(f"- {title}（`{key}`）\n" for key, title in texts.titles.items())
    rows = [[f"`{k}`", c.text, _mark(c.confidence), _join(texts.sources[k])] for k, c in texts.grounds.items()]
    return _section("conditions", titles + "\n" + _table(("ground", "basis", "confidence", "sources"), rows))


def _calendars() -> str:
    calendar = seed_calendar()
    rows = [
        [
            str(year),
            str(sum(not d.works for d in calendar.days_of(year))),
            "、".join(f"{d.day:%m-%d}" for d in calendar.days_of(year) if d.works),
            notice.text,
            _mark(notice.confidence),
        ]
        for year, notice in sorted(calendar.notices.items())
    ]
    return _section("calendars", _table(("year", "days_off", "makeup", "notice", "confidence"), rows))


def _sources() -> str:
    return _section("sources", _table(("number", "source"), [[key, text] for key, text in all_sources().items()]))


def _mark(confidence: Confidence) -> str:
    return f"[{confidence}]"


def _join(sources: Sequence[str]) -> str:
    return " ".join(sources)


def _span(span: Span | None) -> str:
    return span.words if span else _say("none")


def _span_of_days(first: date, last: date | None) -> str:
    return _say("from_to", first=first.isoformat(), last=last.isoformat() if last else _say("open"))
