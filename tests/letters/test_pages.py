"""Pictures of pages: small enough to show, made under limits, and a clear refusal of what is not what it says."""

import io
import struct
import time
import zlib

import pikepdf
import pytest
from PIL import Image

from workflow_app.foundation.errors import RuleViolation
from workflow_app.letters import pages
from workflow_app.letters.pages import page_images


def _pdf(count: int = 1, width: float = 595, height: float = 842) -> bytes:
    out = io.BytesIO()
    with pikepdf.new() as pdf:
        for _ in range(count):
            pdf.add_blank_page(page_size=(width, height))
        pdf.save(out)
    return out.getvalue()


def _picture(kind: str, size: tuple[int, int] = (40, 30), **options: object) -> bytes:
    out = io.BytesIO()
    Image.new("RGB", size, "red").save(out, kind, **options)
    return out.getvalue()


def _bomb(width: int, height: int) -> bytes:
    """A PNG that claims to be huge and carries next to nothing."""
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunk = lambda kind, data: struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))  # noqa: E731
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"")) + chunk(b"IEND", b"")


def _size(png: bytes) -> tuple[int, int]:
    return Image.open(io.BytesIO(png)).size


def test_each_page_becomes_a_picture_in_order() -> None:
    out = io.BytesIO()
    with pikepdf.new() as pdf:
        for page in range(12):
            pdf.add_blank_page(page_size=(300 + 20 * page, 900))
        pdf.save(out)
    widths = [_size(png)[0] for png in page_images(out.getvalue(), "application/pdf")]
    assert widths == sorted(widths)
    assert len(widths) == 12


def test_no_more_pages_than_asked_for() -> None:
    assert len(page_images(_pdf(10), "application/pdf", max_pages=3)) == 3


def test_ten_thousand_pages_give_the_first_sixty_in_time() -> None:
    started = time.monotonic()
    assert len(page_images(_pdf(2000, 72, 72), "application/pdf")) == pages.MAX_PAGES
    assert time.monotonic() - started < 30


def test_a_page_of_a_hundred_metres_is_no_larger_than_any_other() -> None:
    assert max(_size(page_images(_pdf(1, 14_400, 14_400), "application/pdf")[0])) <= pages.LONGEST_SIDE


@pytest.mark.parametrize(("media_type", "kind"), [("image/png", "PNG"), ("image/jpeg", "JPEG")])
def test_a_picture_becomes_one_page(media_type: str, kind: str) -> None:
    assert [_size(p) for p in page_images(_picture(kind), media_type)] == [(40, 30)]


def test_a_large_picture_is_made_smaller() -> None:
    assert _size(page_images(_picture("JPEG", (4000, 3000)), "image/jpeg")[0]) == (1600, 1200)


def test_a_photograph_is_turned_upright_and_says_nothing_of_its_place() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # held sideways
    exif[0x8825] = {1: "N", 2: (36.0, 3.0, 0.0)}  # where
    png = page_images(_picture("JPEG", (40, 30), exif=exif), "image/jpeg")[0]
    assert _size(png) == (30, 40)
    assert not Image.open(io.BytesIO(png)).getexif()


def test_a_pixel_bomb_is_refused_by_its_header() -> None:
    with pytest.raises(RuleViolation, match="pages_unreadable"):
        page_images(_bomb(50_000, 50_000), "image/png")


@pytest.mark.parametrize(
    ("content", "media_type"),
    [
        (b"", "application/pdf"),
        (b"%PDF-1.7\n", "application/pdf"),
        (_pdf()[:-200], "image/png"),
        (_picture("PNG"), "application/pdf"),
        (_picture("PNG"), "image/jpeg"),
        (_picture("JPEG")[:200], "image/jpeg"),
        (b"<svg xmlns='http://www.w3.org/2000/svg'/>", "image/svg+xml"),
        (b"<html></html>", "image/png"),
    ],
    ids=range(8),
)
def test_what_is_not_what_it_says_is_refused(content: bytes, media_type: str) -> None:
    with pytest.raises(RuleViolation, match="pages_unreadable"):
        page_images(content, media_type)


def test_an_encrypted_file_is_refused() -> None:
    out = io.BytesIO()
    with pikepdf.new() as pdf:
        pdf.add_blank_page()
        pdf.save(out, encryption=pikepdf.Encryption(owner="a", user="b"))
    with pytest.raises(RuleViolation, match="pages_unreadable"):
        page_images(out.getvalue(), "application/pdf")


def test_a_file_that_takes_too_long_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pages, "WALL_SECONDS", 0.01)
    with pytest.raises(RuleViolation, match="pages_unreadable"):
        page_images(_pdf(), "application/pdf")
