"""Where the figures were read: the numbered list of sources behind every confidence mark (rulebook §0.2)."""

from collections.abc import Iterable, Mapping
from functools import cache

from workflow_app.law.strict_yaml import DATA, fault, read


@cache
def all_sources() -> Mapping[str, str]:
    """Return what each source number stands for."""
    fields = read(DATA / "sources.yaml")
    sources: dict[str, str] = {}
    for key, part in fields.items():
        sources[key] = part.text("title")
        part.done()
    return sources


def known_sources(keys: Iterable[str], where: str) -> None:
    """Refuse a source number that is not in the list."""
    unknown = [key for key in keys if key not in all_sources()]
    if unknown:
        raise fault("law_source_unknown", where=where, keys=unknown)
