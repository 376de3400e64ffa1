"""Chinese words by key. Every room may bring a `zh_CN.yaml`; a key that nobody words is an error, not a blank."""

from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from workflow_app.foundation.errors import ConfigurationFault

PACKAGE = Path(__file__).parent.parent


@cache
def _labels() -> Mapping[str, str]:
    found: dict[str, str] = {}
    for path in sorted(PACKAGE.rglob("zh_CN.yaml")):
        for key, text in _flatten("", yaml.safe_load(path.read_text("utf-8")) or {}):
            if key in found:
                raise ConfigurationFault("label_twice", key=key, file=str(path.relative_to(PACKAGE)))
            found[key] = text
    return found


def _flatten(prefix: str, node: Mapping[str, Any]) -> list[tuple[str, str]]:
    pairs: list[tuple[str, str]] = []
    for key, value in node.items():
        path = f"{prefix}.{key}" if prefix else str(key)
        pairs += _flatten(path, value) if isinstance(value, Mapping) else [(path, str(value))]
    return pairs


def label(key: str, /, **facts: Any) -> str:
    """Return the Chinese text of a key, its `{placeholders}` filled. Raises ConfigurationFault for an unknown key."""
    try:
        text = _labels()[key]
    except KeyError:
        raise ConfigurationFault("label_missing", key=key) from None
    return text.format(**facts) if facts else text


def has_label(key: str) -> bool:
    """Tell whether a key is worded."""
    return key in _labels()
