"""Reading the law's YAML with exactly one spelling: unknown or double keys, missing or wrong fields stop start-up."""

from collections.abc import Hashable, Mapping, Sequence
from datetime import date, datetime
from enum import StrEnum
from pathlib import Path
from typing import Any, TypeVar

import yaml

from workflow_app.foundation.errors import ConfigurationFault
from workflow_app.law.citations import Confidence

DATA = Path(__file__).parent / "data"
E = TypeVar("E", bound=StrEnum)
_Loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class _OneKeyLoader(_Loader):  # type: ignore[misc]
    """A safe loader that refuses a key written twice, which YAML would silently take the last of."""

    def construct_mapping(self, node: Any, deep: bool = False) -> dict[Hashable, Any]:
        keys = [self.construct_object(key, deep=True) for key, _ in node.value]
        twice = {str(key) for key in keys if keys.count(key) > 1}
        if twice:
            raise yaml.YAMLError(f"line {node.start_mark.line + 1}: twice {', '.join(sorted(twice))}")
        mapping: dict[Hashable, Any] = super().construct_mapping(node, deep)
        return mapping


def fault(code: str, **facts: Any) -> ConfigurationFault:
    """Return the error for law data that cannot be read in exactly one way."""
    return ConfigurationFault(code, **facts)


def read(path: Path) -> "Fields":
    """Read a YAML file whose top level is a mapping. Raises ConfigurationFault naming the file."""
    return parse(path.read_text("utf-8"), path.name)


def parse(text: str, where: str) -> "Fields":
    """Read YAML text whose top level is a mapping; `where` names it in errors."""
    try:
        data = yaml.load(text, _OneKeyLoader)  # noqa: S506  a subclass of the safe loader
    except yaml.YAMLError as error:
        raise fault("law_data_unreadable", where=where, reason=str(error)) from None
    return Fields(data, where)


class Fields:
    """A mapping read field by field; `done` refuses whatever nobody asked for."""

    def __init__(self, data: Any, where: str) -> None:
        if not isinstance(data, Mapping):
            raise fault("law_data_not_a_mapping", where=where)
        self._data: Mapping[Any, Any] = data
        self._asked: set[str] = set()
        self.where = where

    def _take(self, key: str, kind: type | tuple[type, ...], *, optional: bool = False) -> Any:
        self._asked.add(key)
        if key not in self._data:
            if optional:
                return None
            raise fault("law_data_field_missing", where=self.where, key=key)
        value = self._data[key]
        wrong = not isinstance(value, kind) or (isinstance(value, bool) and kind is not bool)
        if wrong or isinstance(value, datetime):
            raise fault("law_data_field_wrong", where=self.where, key=key, value=repr(value))
        return value

    def text(self, key: str) -> str:
        """Return a text that is not empty."""
        value: str = self._take(key, str)
        if not value.strip() or value != value.strip():
            raise fault("law_data_field_wrong", where=self.where, key=key, value=repr(value))
        return value

    def text_or_none(self, key: str) -> str | None:
        """Return a text, or None where the key is left out."""
        return self.text(key) if key in self._data else self._take(key, str, optional=True)

    def text_or_null(self, key: str) -> str | None:
        """Return a text, or None where null is written out."""
        if key in self._data and self._data[key] is None:
            self._asked.add(key)
            return None
        return self.text(key)

    def number(self, key: str) -> int:
        """Return a whole number that is not negative."""
        value: int = self._take(key, int)
        if value < 0:
            raise fault("law_data_field_wrong", where=self.where, key=key, value=repr(value))
        return value

    def number_or_null(self, key: str) -> int | None:
        """Return a whole number, or None where null is written out."""
        if key in self._data and self._data[key] is None:
            self._asked.add(key)
            return None
        return self.number(key)

    def flag(self, key: str) -> bool:
        """Return true or false."""
        return bool(self._take(key, bool))

    def day(self, key: str) -> date:
        """Return a date."""
        value: date = self._take(key, date)
        return value

    def day_or_null(self, key: str) -> date | None:
        """Return a date, or None where null is written out."""
        if key in self._data and self._data[key] is None:
            self._asked.add(key)
            return None
        return self.day(key)

    def choice(self, key: str, kind: type[E]) -> E:
        """Return a member of an enumeration, written exactly as its value."""
        value = self.text(key)
        try:
            return kind(value)
        except ValueError:
            raise fault("law_data_field_wrong", where=self.where, key=key, value=value) from None

    def texts(self, key: str) -> tuple[str, ...]:
        """Return a list of texts."""
        values: Sequence[Any] = self._take(key, list)
        if not all(isinstance(v, str) and v for v in values):
            raise fault("law_data_field_wrong", where=self.where, key=key, value=repr(values))
        return tuple(values)

    def part(self, key: str) -> "Fields":
        """Return a mapping inside this one."""
        return Fields(self._take(key, Mapping), f"{self.where}: {key}")

    def part_or_null(self, key: str) -> "Fields | None":
        """Return a mapping inside this one, or None where null is written out."""
        if key in self._data and self._data[key] is None:
            self._asked.add(key)
            return None
        return self.part(key)

    def parts(self, key: str) -> list["Fields"]:
        """Return a list of mappings inside this one."""
        values: Sequence[Any] = self._take(key, list)
        return [Fields(value, f"{self.where}: {key}[{n}]") for n, value in enumerate(values)]

    def items(self) -> list[tuple[str, "Fields"]]:
        """Return every entry of a mapping of mappings."""
        self._asked.update(str(key) for key in self._data)
        return [(str(key), Fields(value, f"{self.where}: {key}")) for key, value in self._data.items()]

    def evidence(self) -> tuple[Confidence, tuple[str, ...]]:
        """Return confidence and sources; what claims to have been seen must say where."""
        confidence, sources = self.choice("confidence", Confidence), self.texts("sources")
        if confidence in (Confidence.VERIFIED, Confidence.WEAK) and not sources:
            raise fault("law_data_source_missing", where=self.where)
        return confidence, sources

    def done(self) -> None:
        """Refuse every key that was not read."""
        unknown = sorted(str(key) for key in self._data if key not in self._asked)
        if unknown:
            raise fault("law_data_key_unknown", where=self.where, keys=unknown)
