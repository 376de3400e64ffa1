"""The seal: a sample nobody can take for one, or whatever a signing service makes of the finished file."""

import pytest
from flask import Flask

from tests.letters.making import Issue
from workflow_app.foundation.errors import ConfigurationFault
from workflow_app.letters.letter import letter_by_id
from workflow_app.letters.render import letter_file, render_letter
from workflow_app.letters.seal import NullSeal, _drawn, sample_seal, seal_provider
from workflow_app.letters.verification import verify_file


class SigningService:
    """A service that signs the finished file and brings its own picture."""

    title = "电子印章"

    def __init__(self) -> None:
        self.sealed: list[str] = []

    def mark(self, organ: str) -> str | None:
        return None

    def seal(self, pdf: bytes, *, organ: str) -> bytes:
        self.sealed.append(organ)
        return pdf + b"\n% signed for " + organ.encode()


def test_without_a_service_the_seal_is_a_sample(app: Flask) -> None:
    app.extensions.pop("letter_seal", None)
    assert isinstance(seal_provider(), NullSeal)


@pytest.mark.parametrize(
    "organ", ["局", "甘肃省住房和城乡建设厅", "临夏回族自治州生态环境局积石山保安族东乡族撒拉族自治县分局"]
)
def test_the_sample_is_drawn_as_outlines_always_the_same(organ: str) -> None:
    drawn = sample_seal(organ)
    _drawn.cache_clear()
    assert sample_seal(organ) == drawn
    assert drawn.count("<path") == len(organ) + len("样章")
    assert "<text" not in drawn


def test_a_character_the_seal_cannot_draw_is_named() -> None:
    with pytest.raises(ConfigurationFault, match="letter_seal_glyph"):
        sample_seal("\U00031350局")


def test_a_service_seals_the_finished_file_once_and_that_file_is_the_letter(app: Flask, issue: Issue) -> None:
    service = SigningService()
    app.extensions["letter_seal"] = service
    try:
        letter = issue("L07")
        render_letter(letter.id)
        render_letter(letter.id)
        stored = letter_file(letter_by_id(letter.id))
    finally:
        app.extensions.pop("letter_seal")
    assert service.sealed == ["甘肃省住房和城乡建设厅"]
    assert stored.endswith("signed for 甘肃省住房和城乡建设厅".encode())
    assert verify_file(stored).genuine
