"""The kinds of letters, read from the `meta.yaml` beside each template. No letter is defined in code."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from workflow_app.foundation.errors import ConfigurationFault

TEMPLATES = Path(__file__).parents[2] / "templates" / "letters"
SHARED = TEMPLATES / "_shared"
SAMPLE = "sample.yaml"  # beside a template: what a sample of the letter says
FORMATS = ("decision", "notice", "minutes", "record")
KINDS = ("text", "date", "flag", "list", "rows", "group")


@dataclass(frozen=True, kw_only=True)
class Item:
    """One thing a letter must say (必备内容). `of` names the parts of a row; `when` ties the duty to a ground."""

    key: str
    title: str
    kind: str
    of: Mapping[str, str] = field(default_factory=dict)
    lists: tuple[str, ...] = ()  # the parts that are lists of passages themselves
    when: tuple[str, str] | None = None


@dataclass(frozen=True, kw_only=True)
class LetterKind:
    """One kind of letter. `kind_word` is the 文种代字 of its number; `optional` holds the defaults of other keys; `titles`
    says by which key of the content the title differs, and how."""

    code: str
    title: str
    kind_word: str
    format: str
    remedy: bool
    version: int
    folder: Path
    items: tuple[Item, ...]
    optional: Mapping[str, Any]
    titles: Mapping[str, Mapping[Any, str]] = field(default_factory=dict)

    def title_of(self, content: Mapping[str, Any]) -> str:
        """Return the title of a letter that says this: 终止 or 中止, where one kind stands for both."""
        for key, names in self.titles.items():
            value = content.get(key)
            if isinstance(value, str | bool) and value in names:
                return names[value]
        return self.title

    @property
    def keys(self) -> tuple[str, ...]:
        """Every key a context of this letter may carry."""
        return (*(item.key for item in self.items), *self.optional)

    def number(self, *, organ_code: str, year: int, serial: int) -> str:
        """Return the 发文字号 (GB/T 9704-2012, 7.2.5): full year in 六角括号, serial without leading zeros."""
        return f"{organ_code}{self.kind_word}〔{year}〕{serial}号"


def load_letters(root: Path = TEMPLATES) -> dict[str, LetterKind]:
    """Read all kinds below a folder. Raises ConfigurationFault naming the file that is wrong."""
    common = read_yaml(root / "_shared" / "common.yaml")
    found: dict[str, LetterKind] = {}
    for path in sorted(root.glob("*/*/meta.yaml")):
        kind = _kind(path, common)
        if kind.code in found:
            raise ConfigurationFault("letter_twice", letter=kind.code, file=str(path))
        found[kind.code] = kind
    return dict(sorted(found.items()))


def read_yaml(path: Path) -> dict[str, Any]:
    """Return a mapping from a file. Raises ConfigurationFault naming the file."""
    try:
        return dict(yaml.safe_load(path.read_text("utf-8")))
    except (OSError, ValueError, yaml.YAMLError) as problem:
        raise ConfigurationFault("letter_meta_unreadable", file=str(path), problem=str(problem)) from None


def _kind(path: Path, common: dict[str, Any]) -> LetterKind:
    meta = read_yaml(path)
    spec = common["items"] | (common["remedy_items"] if meta.get("remedy") else {}) | meta.get("items", {})
    try:
        for key in meta.get("without", ()):  # a letter that belongs to no case has no case number
            del spec[key]
        kind = LetterKind(
            code=meta["code"],
            title=meta["title"],
            kind_word=meta["kind_word"],
            format=meta["format"],
            remedy=bool(meta["remedy"]),
            version=int(meta["version"]),
            folder=path.parent,
            items=tuple(_item(key, value) for key, value in spec.items()),
            optional=common["optional"] | meta.get("optional", {}),
            titles=meta.get("titles", {}),
        )
    except (KeyError, TypeError) as problem:
        raise ConfigurationFault("letter_meta_incomplete", file=str(path), problem=str(problem)) from None
    if kind.format not in FORMATS or not (path.parent / "letter.html").exists():
        raise ConfigurationFault("letter_template_missing", letter=kind.code, file=str(path))
    return kind


def _item(key: str, spec: dict[str, Any]) -> Item:
    if spec["kind"] not in KINDS:
        raise KeyError(f"{key}: {spec['kind']}")
    when = spec.get("when")
    return Item(
        key=key,
        title=spec["title"],
        kind=spec["kind"],
        of=spec.get("of", {}),
        lists=tuple(spec.get("lists", ())),
        when=next(iter(when.items())) if when else None,
    )


LETTERS: Mapping[str, LetterKind] = load_letters()


def letter_kind(code: str) -> LetterKind:
    """Return a kind of letter. Raises ConfigurationFault for a code no template answers."""
    if code not in LETTERS:
        raise ConfigurationFault("letter_unknown", letter=code)
    return LETTERS[code]
