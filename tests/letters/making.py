"""Makers without a database session: a department, and a letter set straight from its sample."""

from collections.abc import Callable
from functools import cache
from typing import Any

from tests.letters.samples import sample
from workflow_app.letters.catalogue import LETTERS
from workflow_app.letters.content import freeze
from workflow_app.letters.letter import Letter
from workflow_app.letters.render import set_letter
from workflow_app.letters.seal_drawing import sample_seal
from workflow_app.letters.template import template_set
from workflow_app.letters.verification import qr_svg
from workflow_app.people.departments import Department

Issue = Callable[..., Letter]


def make_department(code: str = "11620000MBY832837U", organ_code: str = "甘建") -> Department:
    return Department(
        code=code,
        name="甘肃省住房和城乡建设厅",
        short_name="省住建厅",
        organ_code=organ_code,
        sector="住建",
        level="province",
        region_code="620000",
        region_name="甘肃省",
        phone="0931-1286226",
        address="兰州市城关区澜晖街243号",
        reconsideration_body="甘肃省人民政府",
        court="兰州市城关区人民法院",
    )


def set_sample(code: str, *, draft: bool = False, assets: dict[str, str] | None = None, **changes: Any) -> bytes:
    """A letter straight from its sample, without a database: for what is seen on the page. The unchanged one is set once."""
    if changes or draft or assets is not None:
        return _set(code, draft=draft, assets=assets, **changes)
    return _unchanged(code)


@cache
def _unchanged(code: str) -> bytes:
    return _set(code, draft=False, assets=None)


def _set(code: str, *, draft: bool, assets: dict[str, str] | None, **changes: Any) -> bytes:
    return set_letter(**question(code, draft=draft, assets=assets, **changes))[0]


def question(code: str, *, draft: bool = False, assets: dict[str, str] | None = None, **changes: Any) -> dict[str, Any]:
    """Everything the press is asked for a sample."""
    kind, template = LETTERS[code], template_set(code)
    frozen = freeze(kind, sample(code, **changes))
    content = frozen | {
        "number": kind.number(organ_code="甘建", year=2026, serial=12),
        "title": kind.title_of(frozen),
        "issued_on": "2026-11-24",
        "issued_at": "2026-11-24T04:00:00+00:00",
        "verify_code": "7K3M-9QWE-2HXT",
        "verify_address": "http://127.0.0.1:8000/verify/7K3M-9QWE-2HXT",
        "reconsideration_period": "60日",
        "litigation_period": "6个月",
    }
    pictures = {"seal.svg": sample_seal(content["organ_name"]), "qr.svg": qr_svg(content["verify_address"])}
    return {
        "digest": template.digest,
        "sources": template.sources,
        "content": content,
        "assets": pictures if assets is None else assets,
        "sheet": {"format": kind.format, "seal": None if draft else "样章", "qr": not draft, "draft": draft},
    }
