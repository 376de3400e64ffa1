"""Files as page images, so that no browser opens what somebody else uploaded: made in a child under hard limits."""

import sys
import tempfile
from pathlib import Path

from workflow_app.foundation.child import run_limited
from workflow_app.foundation.database import forbid_transaction
from workflow_app.foundation.errors import RuleViolation

MAX_PAGES = 60
LONGEST_SIDE = 1600  # pixels of a page image
MAX_PIXELS = 60_000_000  # of a picture that came in, by its header, before anything is decoded
CPU_SECONDS = 20
WALL_SECONDS = 40
MEMORY = 1024 * 1024 * 1024
OUTPUT = 64 * 1024 * 1024

PDF = "application/pdf"
PICTURES = {"image/png": "PNG", "image/jpeg": "JPEG"}

# Runs in the child: header first, then one decoded copy, turned as the camera held it, without what the camera noted.
_REDRAW = """
import sys
from PIL import Image, ImageOps
kind, source, target, longest, most = sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4]), int(sys.argv[5])
Image.MAX_IMAGE_PIXELS = None
with Image.open(source, formats=[kind]) as picture:
    if picture.width * picture.height > most: sys.exit(3)
    picture.draft("RGB", (longest, longest))
    flat = ImageOps.exif_transpose(picture).convert("RGBA" if picture.mode in ("P", "LA", "RGBA") else "RGB")
    flat.thumbnail((longest, longest))
    page = Image.new("RGB", flat.size, "white")
    page.paste(flat, mask=flat.getchannel("A") if flat.mode == "RGBA" else None)
    page.save(target, "PNG")
"""


def page_images(content: bytes, media_type: str, *, max_pages: int = MAX_PAGES) -> list[bytes]:
    """Return the pages of a PDF, or a picture, as PNG of at most 1600 pixels a side.

    A PDF with more pages gives the first `max_pages`. Raises RuleViolation `pages_unreadable` for another type, a
    damaged or encrypted file, or one that needs more time, memory or pixels than a page can deserve.
    """
    forbid_transaction()
    with tempfile.TemporaryDirectory(prefix="page-images-") as name:
        folder = Path(name)
        source = folder / "in"
        source.write_bytes(content)
        if media_type == PDF:
            _run(_pdftoppm(source, folder / "p", max_pages), folder)
        elif media_type in PICTURES:
            sizes = [str(LONGEST_SIDE), str(MAX_PIXELS)]
            _run([sys.executable, "-I", "-c", _REDRAW, PICTURES[media_type], "in", "p-1.png", *sizes], folder)
        else:
            raise RuleViolation("pages_unreadable", reason="type", media_type=media_type)
        pages = sorted(folder.glob("p-*.png"), key=lambda p: int(p.stem[2:]))
        if not pages:
            raise RuleViolation("pages_unreadable", reason="no pages")
        return [page.read_bytes() for page in pages]


def _pdftoppm(source: Path, target: Path, max_pages: int) -> list[str]:
    # scale-to bounds the pixels whatever the page claims to measure
    return ["pdftoppm", "-png", "-scale-to", str(LONGEST_SIDE), "-l", str(max_pages), source.name, target.name]


def _run(command: list[str], folder: Path) -> None:
    code = run_limited(
        command, folder=folder, memory=MEMORY, cpu_seconds=CPU_SECONDS, wall_seconds=WALL_SECONDS, file_bytes=OUTPUT
    )
    if code is None:
        raise RuleViolation("pages_unreadable", reason="time")
    if code:
        raise RuleViolation("pages_unreadable", reason=f"exit {code}")
