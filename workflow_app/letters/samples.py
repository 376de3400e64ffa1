"""Sample letters: each kind set from the `sample.yaml` beside its template, to be looked at, taught from and tested on.

A sample never leaves a trace: no number is taken, nothing is signed, its seal says 样章 and its code belongs to no letter.
"""

from copy import deepcopy
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any

from workflow_app.foundation.clock import SHANGHAI
from workflow_app.foundation.errors import ConfigurationFault
from workflow_app.letters.catalogue import LETTERS, SAMPLE, SHARED, LetterKind, letter_kind, read_yaml
from workflow_app.letters.content import freeze
from workflow_app.letters.remedy import remedy_periods
from workflow_app.letters.render import set_letter
from workflow_app.letters.seal_drawing import sample_seal
from workflow_app.letters.template import template_set
from workflow_app.letters.verification import qr_svg, verify_address

DAY = date(2026, 11, 24)  # the day every sample is issued on, so that equal templates are equal bytes
CODE = "0000-0000-0000"
ORGAN_CODE = "甘建"
MAIN_CODES = tuple(f"L{number:02}" for number in range(1, 26))  # rulebook §9.2


@dataclass(frozen=True, kw_only=True)
class Sample:
    """The pages of a sample letter."""

    kind: LetterKind
    pdf: bytes
    pages: int


def sample_content(code: str, **changes: Any) -> dict[str, Any]:
    """Return a complete context of a kind of letter, as its process would build it, with changes.

    Raises ConfigurationFault where the kind has no sample.
    """
    kind = letter_kind(code)
    if not (kind.folder / SAMPLE).exists():
        raise ConfigurationFault("letter_sample_missing", letter=code, file=str(kind.folder / SAMPLE))
    whole = read_yaml(SHARED / SAMPLE) | read_yaml(kind.folder / SAMPLE)
    return deepcopy({key: value for key, value in whole.items() if key in kind.keys}) | changes


def sample_letter(code: str, *, base: str, **changes: Any) -> Sample:
    """Set a sample letter, `base` being the address of this installation. The same arguments give the same bytes.

    Raises RuleViolation as `freeze` does for changes that leave it incomplete, RenderFailed as any letter.
    """
    kind, template = letter_kind(code), template_set(code)
    frozen = freeze(kind, sample_content(code, **changes))
    content = frozen | {
        "number": kind.number(organ_code=ORGAN_CODE, year=DAY.year, serial=12),
        "title": kind.title_of(frozen),
        "format": kind.format,
        "issued_on": DAY.isoformat(),
        "issued_at": datetime(DAY.year, DAY.month, DAY.day, 12, tzinfo=SHANGHAI).isoformat(),
        "verify_code": CODE,
        "verify_address": verify_address(CODE, base=base),
        **(remedy_periods(on=DAY) if kind.remedy else {}),
    }
    pdf, pages = set_letter(
        digest=template.digest,
        sources=template.sources,
        content=content,
        assets={"seal.svg": sample_seal(content["organ_name"]), "qr.svg": qr_svg(content["verify_address"])},
        sheet={"format": kind.format, "seal": "样章", "qr": True, "draft": False},
    )
    return Sample(kind=kind, pdf=pdf, pages=pages)


def write_samples(folder: Path, *, base: str) -> list[Path]:
    """Write one file for each kind of letter into a folder, `L01_信用修复告知书.pdf`, and return them in order."""
    folder.mkdir(parents=True, exist_ok=True)
    written = []
    for code, kind in LETTERS.items():
        path = folder / f"{code}_{kind.title}.pdf"
        path.write_bytes(sample_letter(code, base=base).pdf)
        written.append(path)
    return written


def missing_codes() -> list[str]:
    """Return the letters of the rulebook that no template answers yet."""
    return [code for code in MAIN_CODES if code not in LETTERS]
