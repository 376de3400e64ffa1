"""Contexts of the letters as their processes would build them: every mandatory item there. They stand beside the templates."""

from typing import Any

from workflow_app.letters.catalogue import LETTERS, SAMPLE, SHARED, read_yaml
from workflow_app.letters.samples import sample_content

COMMON: dict[str, Any] = read_yaml(SHARED / SAMPLE)
REMEDY = {key: COMMON[key] for key in ("reconsideration_body", "court")}
OWN = {code: read_yaml(kind.folder / SAMPLE) for code, kind in LETTERS.items()}


def sample(code: str, **changes: Any) -> dict[str, Any]:
    """A complete context of a letter, with changes."""
    return sample_content(code, **changes)
