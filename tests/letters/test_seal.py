"""The seal: a sample nobody can take for one, a certificate's signature, or whatever another service makes of the file."""

import dataclasses
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from flask import Flask

from tests.letters.making import Issue, set_sample
from workflow_app.cli_letters import letters_commands
from workflow_app.foundation.database import db
from workflow_app.foundation.errors import ConfigurationFault, ExternalFault
from workflow_app.letters import certificates, render
from workflow_app.letters.certificates import FileKeys, SealKeyUnreadable, keep_key, trial_certificate
from workflow_app.letters.delivery import inbox_of
from workflow_app.letters.letter import Letter, letter_by_id
from workflow_app.letters.render import letter_file, render_letter
from workflow_app.letters.seal import NullSeal, Sealed, SealOrder, SealPlace, provider_for
from workflow_app.letters.seal_drawing import _drawn, drawn_seal, sample_seal
from workflow_app.letters.signature_check import Signature, signature_of
from workflow_app.letters.signing import CertificateSeal
from workflow_app.letters.verification import is_known_certificate, verify_file

CODE = "11620000MBY832837U"
NOW = datetime(2026, 11, 24, 4, tzinfo=UTC)


class SigningService:
    """A service that signs the finished file and brings its own picture."""

    kind = "service"
    title = "电子印章"

    def __init__(self) -> None:
        self.sealed: list[str] = []

    def covers(self, department: str, *, at: datetime) -> bool:
        return True

    def mark(self, organ: str) -> str | None:
        return None

    def seal(self, pdf: bytes, order: SealOrder) -> Sealed:
        self.sealed.append(order.organ)
        return Sealed(pdf + b"\n% signed for " + order.organ.encode(), "")


@pytest.fixture(scope="module")
def key() -> bytes:
    return trial_certificate(code=CODE, name="甘肃省住房和城乡建设厅", passphrase="", now=NOW, days=30)


@pytest.fixture(scope="module")
def signed(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    """A file signed by some key, without a database."""
    folder = tmp_path_factory.mktemp("other")
    keep_key(folder / f"{CODE}.p12", trial_certificate(code=CODE, name="另一机关", passphrase="", now=NOW, days=30))
    place = SealPlace(page=0, box=(300, 100, 419, 219))
    order = SealOrder(organ="甘肃省住房和城乡建设厅", department=CODE, letter="x", at=NOW, place=place)
    return CertificateSeal(FileKeys(folder, ""), folder).seal(set_sample("L02"), order).pdf


@pytest.fixture
def certified(app: Flask, key: bytes, tmp_path: Path) -> Any:
    """The department has a certificate; yields the provider."""
    keep_key(tmp_path / f"{CODE}.p12", key)
    app.extensions["letter_seal"] = provider = CertificateSeal(FileKeys(tmp_path, ""), tmp_path)
    yield provider
    app.extensions.pop("letter_seal")


def _made(issue: Issue, code: str = "L07") -> tuple[Letter, bytes]:
    letter = issue(code)
    render_letter(letter.id)
    db.session.expire_all()
    letter = letter_by_id(letter.id)
    return letter, letter_file(letter)


def _signature(pdf: bytes) -> Signature:
    found = signature_of(pdf, is_known=is_known_certificate)
    assert found is not None
    return found


def test_without_a_certificate_the_seal_is_a_sample(app: Flask, issue: Issue) -> None:
    app.extensions.pop("letter_seal", None)
    assert isinstance(provider_for(organ="局", department=CODE, at=NOW), NullSeal)
    letter, pdf = _made(issue, "L02")
    assert (letter.seal, letter.seal_certificate) == ("sample", "")
    assert signature_of(pdf, is_known=is_known_certificate) is None


def test_where_letters_wait_for_their_certificate_none_goes_out(app: Flask, issue: Issue) -> None:
    app.extensions.pop("letter_seal", None)
    honest = app.extensions["settings"]
    app.extensions["settings"] = dataclasses.replace(honest, seal_missing="refuse")
    try:
        letter = issue("L02")
        with pytest.raises(ExternalFault):
            render_letter(letter.id)
    finally:
        app.extensions["settings"] = honest
    db.session.expire_all()
    letter = letter_by_id(letter.id)
    assert (letter.file_digest, letter.attempts) == (None, 1)
    assert "letter_seal_missing" in letter.last_fault
    render_letter(letter.id)  # once somebody has decided otherwise
    assert letter_by_id(letter.id).state == "rendered"


def test_a_letter_is_signed_whole_and_bears_its_seal_over_the_date(certified: CertificateSeal, issue: Issue) -> None:
    letter, pdf = _made(issue)
    found = _signature(pdf)
    assert (found.intact, found.valid, found.known) == (True, True, True)
    assert (found.signer, found.certificate) == ("甘肃省住房和城乡建设厅", letter.seal_certificate)
    assert letter.seal == "signed"
    with pikepdf.Pdf.open(BytesIO(pdf)) as document:
        pages = [(n, a) for n, page in enumerate(document.pages) for a in page.get("/Annots", []) if "/FT" in a]
        (number, widget), *others = pages
        assert (number, others) == (letter.page_count - 1 if letter.page_count else None, [])
        left, low, right, high = map(float, widget.Rect)
        assert (right - left, high - low) == pytest.approx((119.06, 119.06), abs=1)  # 42 mm
        assert left > 250  # over signature and date, which stand right
        assert document.Root.Perms.DocMDP.Reason == f"{letter.title} {letter.number}"
        assert b"/seal.svg" not in pdf


class _Killed(BaseException):
    """Nothing catches it, as nothing catches a kill."""


def test_a_kill_at_any_point_leaves_one_signed_letter(
    app: Flask, certified: CertificateSeal, issue: Issue, monkeypatch: pytest.MonkeyPatch
) -> None:
    for point in ("letter.set", "letter.rendered", "letter.stored", "letter.registered"):
        made = issue("L02")
        letter_id, organisation_id = made.id, int(made.organisation_id or 0)

        def kill(name: str, at: str = point) -> None:
            if name == at:
                raise _Killed

        with monkeypatch.context() as armed:
            armed.setattr(render, "failpoint", kill)
            with pytest.raises(_Killed):
                render_letter(letter_id)
        db.session.rollback()
        db.session.expire_all()
        before = letter_by_id(letter_id).file_digest
        assert (before is not None) is (point == "letter.registered"), point
        render_letter(letter_id)
        db.session.expire_all()
        again = letter_by_id(letter_id)
        assert (again.state, again.seal, again.file_digest) == ("rendered", "signed", before or again.file_digest), (
            point
        )
        assert _signature(letter_file(again)).known
        assert len(inbox_of(organisation_id)) == again.serial, "served once each"


def test_two_departments_one_certificate(certified: CertificateSeal, app: Flask) -> None:
    assert isinstance(provider_for(organ="局", department="11620000000000000X", at=NOW), NullSeal)
    assert provider_for(organ="局", department=CODE, at=NOW) is certified


def test_a_certificate_that_has_ended_seals_nothing(certified: CertificateSeal) -> None:
    late = NOW.replace(year=2027)
    assert isinstance(provider_for(organ="局", department=CODE, at=late), NullSeal)


def test_whatever_byte_is_changed_shows(signed: bytes) -> None:
    """The signature sees every byte but the filling of the hexadecimal string that holds itself; the digest sees all."""
    start = signed.index(b"/Contents <") + len(b"/Contents <")
    end = signed.index(b">", start)
    assert signature_of(signed, is_known=bool).valid  # type: ignore[union-attr]
    for at in [*range(7, start, start // 12), *range(end + 1, len(signed), (len(signed) - end) // 6)]:
        changed = bytearray(signed)
        changed[at] ^= 1
        assert signature_of(bytes(changed), is_known=bool).valid is False, at  # type: ignore[union-attr]
    assert signature_of(signed + b"\n%more", is_known=bool).valid is False  # type: ignore[union-attr]


def test_a_strangers_signature_is_not_ours(certified: CertificateSeal, issue: Issue, signed: bytes) -> None:
    """The module's own file is signed by another key than the department's."""
    assert _made(issue, "L02")[0].seal == "signed"
    found = _signature(signed)
    assert (found.valid, found.known, verify_file(signed).genuine) == (True, False, False)


def test_a_key_is_read_once_and_anew_when_it_is_replaced(key: bytes, tmp_path: Path) -> None:
    keys = FileKeys(tmp_path, "")
    assert keys.signer(CODE) is None
    keep_key(keys.path(CODE), key)
    first = keys.signer(CODE)
    assert keys.signer(CODE) is first
    keys.path(CODE).unlink()
    keep_key(keys.path(CODE), key + b"")
    assert keys.signer(CODE) is not first


def test_a_key_that_cannot_be_read_is_said_to_be_so(key: bytes, tmp_path: Path) -> None:
    keep_key(tmp_path / f"{CODE}.p12", key)
    with pytest.raises(SealKeyUnreadable):
        FileKeys(tmp_path, "wrong").signer(CODE)
    with pytest.raises(FileExistsError):
        keep_key(tmp_path / f"{CODE}.p12", b"another")
    assert (tmp_path / f"{CODE}.p12").stat().st_mode & 0o077 == 0
    with pytest.raises(ValueError):
        FileKeys(tmp_path, "x").path("../secret")


def test_a_broken_key_costs_a_retry_and_shows_on_the_letter(
    certified: CertificateSeal, issue: Issue, tmp_path: Path
) -> None:
    letter = issue("L02")
    (tmp_path / f"{CODE}.p12").write_bytes(b"no key")
    with pytest.raises(ExternalFault):
        render_letter(letter.id)
    db.session.expire_all()
    assert "letter_seal_key" in letter_by_id(letter.id).last_fault


def test_the_command_makes_a_trial_certificate_once(
    app: Flask, issue: Issue, key: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(certificates, "trial_certificate", lambda **_: key)  # making a key takes seconds
    app.cli.add_command(letters_commands)
    run = app.test_cli_runner().invoke
    folder = app.extensions["settings"].data_dir / "seals"
    app.extensions.pop("letter_seal", None)
    try:
        assert run(args=["letters", "certificate", "11620000000000000X"]).exit_code == 1
        assert run(args=["letters", "certificate", CODE]).exit_code == 0
        assert "already" in run(args=["letters", "certificate", CODE]).output
        assert _made(issue, "L02")[0].seal == "signed"
    finally:
        (folder / f"{CODE}.p12").unlink(missing_ok=True)
        app.extensions.pop("letter_seal", None)


@pytest.mark.parametrize(
    "organ", ["局", "甘肃省住房和城乡建设厅", "临夏回族自治州生态环境局积石山保安族东乡族撒拉族自治县分局"]
)
def test_the_sample_is_drawn_as_outlines_always_the_same(organ: str) -> None:
    drawn = sample_seal(organ)
    _drawn.cache_clear()
    assert sample_seal(organ) == drawn
    assert drawn.count("<path") == len(organ) + len("样章")
    assert "<text" not in drawn
    assert "<rect" not in drawn_seal(organ, "")


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
