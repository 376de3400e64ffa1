"""The rules of counting that hold for every period (rulebook §10), as citations by key."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from workflow_app.law.citations import Citation
from workflow_app.law.strict_yaml import DATA, fault, read


@dataclass(frozen=True)
class GeneralRule:
    """One rule of counting: what it says, what it rests on."""

    key: str
    title: str
    citation: Citation
    sources: tuple[str, ...]


@cache
def general_rules() -> Mapping[str, GeneralRule]:
    """Return every rule of counting by key. Raises ConfigurationFault for data it cannot trust."""
    rules: dict[str, GeneralRule] = {}
    for key, part in read(DATA / "general_rules.yaml").items():
        title, basis = part.text("title"), part.text("basis")
        confidence, sources = part.evidence()
        part.done()
        rules[key] = GeneralRule(key, title, Citation(f"{title}（{basis}）", confidence), sources)
    return rules


def general_rule(key: str) -> GeneralRule:
    """Return one rule of counting. Raises ConfigurationFault for a key nobody wrote."""
    try:
        return general_rules()[key]
    except KeyError:
        raise fault("law_rule_unknown", key=key) from None
