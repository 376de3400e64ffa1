"""Words that letters of rectification and of interviews may not use: neither is a penalty, so neither may impose one
(rulebook §9.2). The list is data; each word says why it is there."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from workflow_app.law.citations import Citation
from workflow_app.law.sources import known_sources
from workflow_app.law.strict_yaml import DATA, Fields, fault, read


@dataclass(frozen=True, kw_only=True)
class PenalWord:
    """One word or phrase that would impose a penalty, and what its place in the list rests on."""

    word: str
    citation: Citation


def penal_words_in(text: str) -> tuple[str, ...]:
    """Return the words of the list that stand in a text. Spaces and line breaks inside a word do not hide it."""
    bare = "".join(text.split())
    return tuple(entry.word for entry in penal_words() if entry.word in bare)


def fields_with_penal_words(texts: Mapping[str, str]) -> Mapping[str, tuple[str, ...]]:
    """Return, by the name of the text, the words of the list in those that have any."""
    found = {name: penal_words_in(text) for name, text in texts.items()}
    return {name: words for name, words in found.items() if words}


@cache
def penal_words() -> Sequence[PenalWord]:
    """Return the list in its order. Raises ConfigurationFault for data it cannot trust and for a word that stands twice."""
    fields = read(DATA / "letter_words.yaml")
    found = tuple(_word(part) for part in fields.parts("penalty"))
    fields.done()
    if len({entry.word for entry in found}) != len(found):
        raise fault("law_data_field_wrong", where="letter_words.yaml", key="word", value="twice")
    return found


def _word(part: Fields) -> PenalWord:
    confidence, sources = part.evidence()
    known_sources(sources, part.where)
    entry = PenalWord(word=part.text("word"), citation=Citation(part.text("basis"), confidence))
    part.done()
    return entry
